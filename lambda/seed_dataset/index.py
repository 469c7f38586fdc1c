"""Lambda function that puts a dataset, label first and without header, and a processing script into a bucket.

Everything is read and checked before the first upload. Memory holds one line of the dataset and the upload buffers; the
temporary folder holds at most two copies of the dataset. It is configured by environment variables, not by the event;
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from csv_dataset import CsvDataset, DatasetError, split_rows, split_validation_rows

BUILTIN = Path(__file__).with_name("breast_cancer.csv")

_S3_URI = re.compile(r"s3://([^/]+)/(.+)")


class ConfigurationError(Exception):
    """An environment variable is missing or wrong."""


class SourceError(Exception):
    """The dataset or the script cannot be read from S3."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Keys of the test rows and of their labels, the share of rows that they get, the seed of the choice."""

    test_key: str
    labels_key: str
    fraction: float
    seed: int


@dataclass(frozen=True, kw_only=True)
class Validation:
    """Key of the validation rows, the share of the training rows that they get, the seed of the choice."""

    key: str
    fraction: float
    seed: int


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What to write, and where. Without ``dataset``, an S3 URI, it is the built-in dataset; messages use its name."""

    bucket: str
    train_key: str
    split: Split | None
    validation: Validation | None
    dataset: str | None
    dataset_name: str
    header: bool
    label_column: str
    script: tuple[str, str] | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Configuration:
        """Reads the variables; an empty one counts as absent.

        Raises:
            ConfigurationError: A variable is missing or wrong.
        """
        given = {name: value for name, value in environment.items() if value}
        script = _pair(given, "SCRIPT_SOURCE", "SCRIPT_KEY")
        configuration = cls(
            bucket=_required(given, "BUCKET"),
            train_key=_required(given, "TRAIN_KEY"),
            split=_split(given),
            validation=_validation(given),
            dataset=None if given.get("DATASET", "builtin") == "builtin" else _s3_uri("DATASET", given["DATASET"]),
            dataset_name=given.get("DATASET_NAME", given.get("DATASET", "builtin")),
            header=_boolean(given, "DATASET_HEADER"),
            label_column=given.get("LABEL_COLUMN", "0").strip(),
            script=script and (_s3_uri("SCRIPT_SOURCE", script[0]), script[1]),
        )
        configuration._check()
        return configuration

    def _check(self) -> None:
        if not self.dataset and (self.header or self.label_column != "0"):
            raise ConfigurationError("DATASET_HEADER and LABEL_COLUMN belong to a dataset of your own; set DATASET too")
        keys = [self.train_key]
        keys += [self.split.labels_key, self.split.test_key] if self.split else []
        keys += [self.validation.key] if self.validation else []
        keys += [self.script[1]] if self.script else []
        for key in keys:
            if key.endswith("/"):
                raise ConfigurationError(f"{key!r} is a prefix; write the key of an object")
            if keys.count(key) > 1:
                raise ConfigurationError(f"{key!r} is the key of two objects to write; give each its own")


def handler(event: object, context: object) -> dict[str, Any]:
    """Seeds the bucket; a second run writes the same objects again.

    Returns:
        Dataset, numbers of rows and features, and S3 URIs of what was written, for the states that follow.

    Raises:
        ConfigurationError: An environment variable is missing or wrong.
        DatasetError: The dataset is not what training can use. Nothing was written.
        SourceError: The dataset or the script cannot be read. Nothing was written.
    """
    configuration = Configuration.from_environment(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        result = _seed(configuration, boto3.client("s3"), Path(folder))
    print(json.dumps(result))
    return result


def _seed(configuration: Configuration, s3: Any, folder: Path) -> dict[str, Any]:
    uploads: dict[str, Path] = {}
    if configuration.script:
        source, key = configuration.script
        uploads[key] = _download(s3, source, folder / "script", copies=1)
    rows = folder / "rows.csv"
    count, features = _read_dataset(configuration, s3, folder, rows)
    name, train, train_count = configuration.dataset or "builtin", rows, count
    test_count = validation_count = 0
    split, validation = configuration.split, configuration.validation
    if split:
        test_count, train, files = _split_files(name, split, count, rows)
        train_count -= test_count
        uploads |= files
    if validation:
        validation_count, train, files = _validation_files(name, validation, train_count, train)
        train_count -= validation_count
        uploads |= files
    # Training rows last: where they are, everything else is.
    uploads[configuration.train_key] = train
    for key, file in uploads.items():
        s3.upload_file(str(file), configuration.bucket, key)

    def uri(key: str) -> str:
        return f"s3://{configuration.bucket}/{key}"

    chosen = split or validation
    test = split and {"s3Uri": uri(split.test_key), "rows": test_count, "labelsS3Uri": uri(split.labels_key)}
    return {
        "dataset": configuration.dataset or "builtin",
        "rows": count,
        "features": features,
        "train": {"s3Uri": uri(configuration.train_key), "rows": train_count},
        "test": test,
        "validation": validation and {"s3Uri": uri(validation.key), "rows": validation_count},
        "script": uri(configuration.script[1]) if configuration.script else None,
        "seed": chosen.seed if chosen else None,
    }


def _read_dataset(configuration: Configuration, s3: Any, folder: Path, rows: Path) -> tuple[int, int]:
    path = BUILTIN
    if configuration.dataset:
        path = _download(s3, configuration.dataset, folder / "source.csv", copies=2)
    dataset = CsvDataset(
        path=path,
        name=configuration.dataset_name,
        header=configuration.header,
        label_column=configuration.label_column,
    )
    count, features = dataset.write_label_first(rows)
    if configuration.dataset:
        # Makes room for the files of the split.
        path.unlink()
    return count, features


def _split_files(name: str, split: Split, count: int, rows: Path) -> tuple[int, Path, dict[str, Path]]:
    if count < 2:
        raise DatasetError(f"dataset {name}: has one row; a split into training and test rows needs two")
    train, test, labels = (rows.with_name(f"{part}.csv") for part in ("train", "test", "labels"))
    test_count = split_rows(
        rows=rows, count=count, fraction=split.fraction, seed=split.seed, train=train, test=test, labels=labels
    )
    # Makes room for the files of the next split.
    rows.unlink()
    return test_count, train, {split.labels_key: labels, split.test_key: test}


def _validation_files(name: str, validation: Validation, count: int, rows: Path) -> tuple[int, Path, dict[str, Path]]:
    if count < 2:
        raise DatasetError(f"dataset {name}: leaves one training row; a split into training and validation needs two")
    train, validation_rows = rows.with_name("fit.csv"), rows.with_name("validation.csv")
    validation_count = split_validation_rows(
        rows=rows,
        count=count,
        fraction=validation.fraction,
        seed=validation.seed,
        train=train,
        validation=validation_rows,
    )
    rows.unlink()
    return validation_count, train, {validation.key: validation_rows}


def _download(s3: Any, uri: str, path: Path, *, copies: int) -> Path:
    """Streams the object to ``path``, if there is room for ``copies`` of it; ``s3:GetObject`` is all it needs."""
    bucket, key = _bucket_and_key(uri)
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise SourceError(
            f"{uri} cannot be read ({error}); check that it exists and that the role may read it"
        ) from error
    free = shutil.disk_usage(path.parent).free
    if answer["ContentLength"] * copies > free:
        most = free // copies // 2**20
        size = math.ceil(answer["ContentLength"] / 2**20)
        raise SourceError(f"{uri} has {size} MiB, and /tmp has room for one of {most} MiB; supply a smaller one")
    with path.open("wb") as file:
        shutil.copyfileobj(answer["Body"], file)
    return path


def _bucket_and_key(uri: str) -> tuple[str, str]:
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return bucket, key


def _split(given: Mapping[str, str]) -> Split | None:
    keys = _pair(given, "TEST_KEY", "TEST_LABELS_KEY")
    if keys is None:
        return None
    return Split(
        test_key=keys[0],
        labels_key=keys[1],
        fraction=_fraction(given, "TEST_FRACTION"),
        seed=_integer("SPLIT_SEED", given.get("SPLIT_SEED", "42")),
    )


def _validation(given: Mapping[str, str]) -> Validation | None:
    if "VALIDATION_KEY" not in given:
        return None
    return Validation(
        key=given["VALIDATION_KEY"],
        fraction=_fraction(given, "VALIDATION_FRACTION"),
        seed=_integer("SPLIT_SEED", given.get("SPLIT_SEED", "42")),
    )


def _required(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise ConfigurationError(f"environment variable {name} is missing")
    return given[name]


def _pair(given: Mapping[str, str], first: str, second: str) -> tuple[str, str] | None:
    present = [name for name in (first, second) if name in given]
    if len(present) == 1:
        raise ConfigurationError(f"environment variable {present[0]} is set alone; set both {first} and {second}")
    return (given[first], given[second]) if present else None


def _s3_uri(name: str, value: str) -> str:
    if not _S3_URI.fullmatch(value):
        raise ConfigurationError(f"{name} is {value!r}; write s3://bucket/key")
    return value


def _boolean(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "false")
    if value not in ("true", "false"):
        raise ConfigurationError(f"{name} is {value!r}; write true or false")
    return value == "true"


def _integer(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ConfigurationError(f"{name} is {value!r}; write an integer") from None


def _fraction(given: Mapping[str, str], name: str) -> float:
    value = given.get(name, "0.2")
    try:
        fraction = float(value)
    except ValueError:
        fraction = 0.0
    if not 0 < fraction < 1:
        raise ConfigurationError(f"{name} is {value!r}; write a number between 0 and 1")
    return fraction

"""A folder that looks as ``/opt/ml`` does when the image starts."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sagemaker_images.paths import Paths

HYPERPARAMETERS = {"num_round": "3", "objective": "binary:logistic", "max_depth": "2"}
#: Label, then two features; the label is 1 where the first feature is greater than 4.
ROWS = [(int(index % 10 > 4), float(index % 10), (index * 7 % 13) / 4) for index in range(60)]


@dataclass
class Job:
    """A training job that has not started."""

    paths: Paths
    hyperparameters: dict[str, str] = field(default_factory=lambda: dict(HYPERPARAMETERS))
    channels: dict[str, Any] = field(default_factory=lambda: {"train": channel()})
    hosts: list[str] = field(default_factory=lambda: ["algo-1"])

    def put(self, path: str, content: str) -> None:
        target = self.paths.base / "input" / "data" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)

    def write(self) -> None:
        self.write_config("hyperparameters.json", self.hyperparameters)
        self.write_config("inputdataconfig.json", self.channels)
        self.write_config("resourceconfig.json", {"current_host": self.hosts[0], "hosts": self.hosts})

    def write_config(self, name: str, config: dict[str, Any]) -> None:
        self.paths.config.mkdir(parents=True, exist_ok=True)
        (self.paths.config / name).write_text(json.dumps(config))

    def run(self) -> int:
        """Trains in this process."""
        from sagemaker_images.xgboost import train

        self.write()
        return train.main(self.paths)

    @property
    def failure(self) -> str:
        return (self.paths.output / "failure").read_text()


def channel(content_type: str = "text/csv", **changes: str) -> dict[str, str]:
    return {
        "ContentType": content_type,
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        **changes,
    }


def csv_text(rows: Sequence[tuple[float, ...]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job with CSV rows in channel ``train`` that succeeds as it is."""
    made = Job(Paths(tmp_path / "ml"))
    made.put("train/part-0.csv", csv_text(ROWS))
    return made


@pytest.fixture(autouse=True)
def expected_warnings() -> Iterator[None]:
    """What the commands leave out of the log is no news in a test either."""
    from sagemaker_images.xgboost.imports import expect_warnings

    with warnings.catch_warnings():
        expect_warnings()
        yield

"""Datasets for the seeding function."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from sagemaker_workflows._core.arguments import checks_call, checks_fields
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows._core.errors import InvalidDatasetError

#: Of a larger file only so many bytes, from its beginning, are read at synth; the seeding function reads all of it.
_READ_AT_SYNTH = 16 * 2**20


@checks_fields
@dataclass(frozen=True)
class Dataset:
    """A CSV dataset. Build it with :meth:`builtin` or :meth:`from_csv`.

    Args:
        path: Local CSV file; None stands for the built-in dataset.
        header: Whether the first row names the columns.
        label_column: Name (needs a header) or zero-based index of the label column.
    """

    path: Path | None = None
    header: bool = False
    label_column: str | int = 0

    @classmethod
    @checks_call
    def builtin(cls) -> Dataset:
        """Breast Cancer Wisconsin (Diagnostic): 569 rows × 30 features, binary label, CC BY 4.0."""
        return cls()

    @classmethod
    @checks_call
    def from_csv(cls, path: str | Path, *, header: bool = False, label_column: str | int = 0) -> Dataset:
        """A CSV file of numbers that the team supplies, rows × (1 label + n features).

        It is read here as the seeding function reads it: fields separated by commas, blanks around them ignored, every
        row as long as the others. The first 16 MiB are looked at; the seeding function checks the rest before it
        writes.

        Args:
            path: The file, in UTF-8.
            header: Whether the first row names the columns.
            label_column: Zero-based index, or name in the header; a header may have numbers as names, as in ``2019``.

        Raises:
            InvalidDatasetError: No such file, no data, no or several such label columns, another delimiter, or a field
                that is not a number; names line and column.
        """
        dataset = cls(Path(path), header, label_column)
        if not Path(path).is_file():
            raise InvalidDatasetError(f"dataset {path}: there is no such file; give the path of a CSV file")
        if isinstance(label_column, int) and label_column < 0:
            raise InvalidDatasetError(f"dataset {path}: label column {label_column} is not there; count from 0")
        if sum(1 for _ in dataset._rows()) == 0:
            raise InvalidDatasetError(f"dataset {path}: has no data rows")
        return dataset

    def class_problem(self) -> str | None:
        """What keeps the labels from being the two classes of a logistic objective; None if nothing does.

        XGBoost takes labels from 0 to 1 for ``reg:logistic`` and ``binary:logistic``, and needs both classes
        (https://xgboost.readthedocs.io/en/stable/parameter.html#learning-task-parameters). As for :meth:`from_csv`,
        the first 16 MiB are looked at.
        """
        if self.path is None:
            return None
        changed = self.path.stat()
        return _class_problem(self, changed.st_mtime_ns, changed.st_size)

    def _rows(self) -> Iterator[list[str]]:
        """Rows of the part that is looked at, label first."""
        reader = _reader()
        rows = reader.CsvDataset(
            path=self.path, name=str(self.path), header=self.header, label_column=str(self.label_column)
        ).rows()
        read = 0

        def is_within(row: list[str]) -> bool:
            nonlocal read
            read += sum(map(len, row)) + len(row)
            return read <= _READ_AT_SYNTH

        try:
            yield from takewhile(is_within, rows)
        except reader.DatasetError as error:
            raise InvalidDatasetError(str(error)) from error


# An app asks for each of its stacks; the file is read once.
@lru_cache(maxsize=8)
def _class_problem(dataset: Dataset, changed: int, size: int) -> str | None:
    found: dict[float, str] = {}
    for text in (row[0] for row in dataset._rows()):
        found.setdefault(float(text), text)
        if not 0 <= float(text) <= 1:
            return (
                f"dataset {dataset.path}: label column {dataset.label_column!r} holds {text}; a classification needs "
                "labels 0 and 1: recode the two classes"
            )
    if len(found) == 1 and size <= _READ_AT_SYNTH:
        [only] = found.values()
        return f"dataset {dataset.path}: every label is {only}; a classification needs rows of both classes, 0 and 1"
    return None


@cache
def _reader() -> Any:
    """The module by which the seeding function reads CSV: what passes here passes there."""
    path = asset_path("lambda/seed_dataset/csv_dataset.py")
    name = f"{__package__}._seeding_csv_dataset"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by its name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

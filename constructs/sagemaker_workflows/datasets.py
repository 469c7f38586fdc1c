"""What the seeding function puts into the bucket."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from sagemaker_workflows.errors import InvalidDatasetError

# float() would also take nan, inf and 1_000, which the seeding function refuses.
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")


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
    def builtin(cls) -> Dataset:
        """Breast Cancer Wisconsin (Diagnostic): 569 rows × 30 features, binary label, CC BY 4.0."""
        return cls()

    @classmethod
    def from_csv(cls, path: str | Path, *, header: bool = False, label_column: str | int = 0) -> Dataset:
        """A CSV file of numbers that the team supplies, rows × (1 label + n features).

        Only the first rows are looked at here; the seeding function checks all of them before it writes.

        Raises:
            InvalidDatasetError: No such file, no data, or no such label column.
        """
        dataset = cls(Path(path), header, label_column)
        dataset._check()
        return dataset

    def _check(self) -> None:
        assert self.path is not None
        if not self.path.is_file():
            raise InvalidDatasetError(f"dataset {self.path}: there is no such file; give the path of a CSV file")
        try:
            with self.path.open(newline="", encoding="utf-8-sig") as file:
                rows = [row for _, row in zip(range(2), csv.reader(file), strict=False)]
        except (UnicodeDecodeError, csv.Error) as error:
            raise InvalidDatasetError(f"dataset {self.path}: is not CSV text in UTF-8 ({error})") from error
        if len(rows) < 1 + self.header or not rows[0]:
            raise InvalidDatasetError(f"dataset {self.path}: has no data rows")
        self._check_label(rows[0])
        for line, row in enumerate(rows[self.header :], start=1 + self.header):
            self._check_numbers(row, line=line)

    def _check_label(self, first_row: list[str]) -> None:
        if isinstance(self.label_column, str):
            if not self.header:
                raise InvalidDatasetError(
                    f"dataset {self.path}: label column {self.label_column!r} is a name, but the file is said to have "
                    "no header; set the header or give a zero-based index"
                )
            if self.label_column not in first_row:
                raise InvalidDatasetError(
                    f"dataset {self.path}: there is no label column {self.label_column!r}; "
                    f"write one of {', '.join(first_row)}"
                )
        elif not 0 <= self.label_column < len(first_row):
            raise InvalidDatasetError(
                f"dataset {self.path}: label column {self.label_column} is not there; the file has "
                f"{len(first_row)} columns, counted from 0"
            )

    def _check_numbers(self, row: list[str], *, line: int) -> None:
        for column, text in enumerate(row, start=1):
            if not _NUMBER.fullmatch(text.strip()):
                hint = "" if self.header else "; if the first row names the columns, set the header"
                raise InvalidDatasetError(
                    f"dataset {self.path}: line {line}, column {column}: {text!r} is not a number{hint}"
                )

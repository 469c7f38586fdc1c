"""Checks a CSV dataset, brings it into the form that XGBoost reads, and splits it; one line in memory at a time."""

from __future__ import annotations

import csv
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

#: Longest line of a dataset, in characters: what bounds the memory.
MAX_LINE = 2**20

# float() takes more than the readers of the result do: nan, inf, 1_000, digits of other scripts.
_NOT_IN_NUMBERS = re.compile(r"[^0-9eE.+-]")
# By this first line a spreadsheet tells itself what separates the fields.
_SEPARATOR_LINE = re.compile(r"sep=.?\s*", re.IGNORECASE)
#: What spreadsheets and databases put between fields in place of commas.
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class DatasetError(Exception):
    """The dataset is not what training can use; the message says where and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class CsvDataset:
    """A CSV file of finite numbers in UTF-8.

    Args:
        path: The file.
        name: What messages call it.
        header: Whether the first line names the columns.
        label_column: Name (needs a header) or zero-based index of the label column.
    """

    path: Path
    name: str
    header: bool
    label_column: str

    def write_label_first(self, destination: Path) -> tuple[int, int]:
        """Writes the rows to ``destination``, label first and without header; the other columns keep their order.

        Numbers stay the text that they were, without quotes and blanks around them.

        Returns:
            Number of rows, number of features.

        Raises:
            DatasetError: The file is not such a dataset.
        """
        rows, width = 0, 0
        with destination.open("w", encoding="ascii", newline="") as file:
            for row in self.rows():
                file.write(",".join(row) + "\n")
                rows, width = rows + 1, len(row)
        if rows == 0:
            raise DatasetError(f"dataset {self.name}: has no rows of data")
        return rows, width - 1

    def rows(self) -> Iterator[list[str]]:
        """The rows as texts without blanks around them, label first.

        Raises:
            DatasetError: As for :meth:`write_label_first`, when the wrong line is reached.
        """
        lines = self._lines()
        names = next(lines, (1, []))[1] if self.header else None
        label, width = None, len(names) if names else None
        for line, row in lines:
            if label is None:
                label = self._label_index(names, len(row))
            width = width or len(row)
            if len(row) != width:
                raise self._error(line, f"has {_counted(len(row), 'field')}, the lines before it have {width}")
            if len(row) < 2:
                raise self._error(line, "has one field; a row is a label and its features, separated by commas")
            if not _all_numbers(row):
                raise self._not_a_number(line, row, names, label)
            row.insert(0, row.pop(label))
            yield row

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Line numbers and stripped fields; empty lines at the end of the file are left out."""
        empty_line = None
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(self._bounded(file), skipinitialspace=True, strict=True)
            try:
                for row in reader:
                    if not row:
                        empty_line = empty_line or reader.line_num
                        continue
                    if empty_line:
                        raise self._error(empty_line, "is empty; remove it")
                    yield reader.line_num, [field.strip() for field in row]
            except UnicodeDecodeError:
                raise DatasetError(f"dataset {self.name}: is not text in UTF-8; save it as CSV in UTF-8") from None
            except csv.Error as error:
                raise self._error(reader.line_num, f"is not CSV ({error})") from None

    def _bounded(self, file: TextIO) -> Iterator[str]:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if number == 1:
                self._check_separator(line)
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                raise self._error(number, f"is longer than {MAX_LINE} characters; write one row a line")
            yield line

    def _check_separator(self, line: str) -> None:
        if _SEPARATOR_LINE.fullmatch(line):
            raise self._error(1, f"is {line.strip()!r}, which is for spreadsheets and not data; remove it")
        commas = line.count(",")
        for delimiter, name in _OTHER_DELIMITERS.items():
            # A name may hold such a character, a number may not.
            if line.count(delimiter) > (commas if self.header else 0):
                raise self._separated_by(name)
        if not commas and len(line.split()) > 1:
            raise self._separated_by("blanks")

    def _separated_by(self, name: str) -> DatasetError:
        return self._error(
            1, f"separates its fields by {name}; write them separated by commas, with points in decimals"
        )

    def _label_index(self, names: list[str] | None, width: int) -> int:
        wanted = self.label_column.strip()
        named = [index for index, name in enumerate(names or []) if name == wanted]
        # An index and a name that is a number look the same here.
        index = int(wanted) if wanted.isdecimal() else None
        places = {*named} if index is None or index >= width else {*named, index}
        if len(places) == 1:
            return places.pop()
        if places:
            found = " and ".join(str(place) for place in sorted(places))
            raise DatasetError(
                f"dataset {self.name}: label column {self.label_column!r} can be any of the columns {found}, counted "
                "from 0; rename columns so that it is one"
            )
        known = f"write one of {_shortened(', '.join(names))} or an index" if names else "write a zero-based index"
        raise DatasetError(
            f"dataset {self.name}: there is no label column {self.label_column!r}; {known}, 0 to {width - 1}"
        )

    def _not_a_number(self, line: int, row: list[str], names: list[str] | None, label: int) -> DatasetError:
        column, text = next((index, text) for index, text in enumerate(row) if not _all_numbers([text]))
        place = f"column {column + 1}" + (f" ({_shortened(names[column])})" if names else "")
        if not text:
            return self._error(line, "is empty; every field is a number", place)
        hint = ""
        if line == 1 and not names:
            hint = "; if the first line names the columns, set the header"
        elif column == label:
            hint = "; encode labels as numbers, for instance 0 and 1"
        return self._error(line, f"{_shortened(text)!r} is not a finite number{hint}", place)

    def _error(self, line: int, problem: str, column: str = "") -> DatasetError:
        place = f"line {line}, {column}:" if column else f"line {line}"
        return DatasetError(f"dataset {self.name}: {place} {problem}")


def split_rows(*, rows: Path, count: int, fraction: float, seed: int, train: Path, test: Path, labels: Path) -> int:
    """Splits ``rows``, label first, into training rows and test rows, whose labels go to a file of their own.

    Selection sampling (Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S): exactly as many rows as
    asked for, every choice of them equally likely, in their old order. Of ``random.Random`` it uses ``random()`` alone,
    the method whose sequence Python keeps from version to version.

    Args:
        rows: What :meth:`CsvDataset.write_label_first` has written.
        count: Number of rows, at least 2.
        fraction: Share of test rows, between 0 and 1; there is at least one row on each side.
        seed: Same seed, same rows: same split.
        train: File for the training rows.
        test: File for the test rows without labels.
        labels: File for the labels of the test rows, one a line.

    Returns:
        Number of test rows.
    """
    with (
        rows.open(encoding="ascii") as source,
        train.open("w", encoding="ascii", newline="") as train_file,
        test.open("w", encoding="ascii", newline="") as test_file,
        labels.open("w", encoding="ascii", newline="") as labels_file,
    ):
        for row, is_drawn in _sample(source, count, wanted := _share(count, fraction), seed):
            if is_drawn:
                label, features = row.split(",", 1)
                labels_file.write(label + "\n")
                test_file.write(features)
            else:
                train_file.write(row)
    return wanted


def split_validation_rows(*, rows: Path, count: int, fraction: float, seed: int, train: Path, validation: Path) -> int:
    """Splits training rows into those to train with and those to validate with, both label first.

    Arguments and choice as in :func:`split_rows`.

    Returns:
        Number of validation rows.
    """
    with (
        rows.open(encoding="ascii") as source,
        train.open("w", encoding="ascii", newline="") as train_file,
        validation.open("w", encoding="ascii", newline="") as validation_file,
    ):
        for row, is_drawn in _sample(source, count, wanted := _share(count, fraction), seed):
            (validation_file if is_drawn else train_file).write(row)
    return wanted


def _share(count: int, fraction: float) -> int:
    return min(max(round(count * fraction), 1), count - 1)


def _sample(source: TextIO, count: int, wanted: int, seed: int) -> Iterator[tuple[str, bool]]:
    """Each row, and whether it is among the ``wanted`` ones."""
    draw = random.Random(seed).random
    for left, row in zip(range(count, 0, -1), source, strict=True):
        is_drawn = draw() * left < wanted
        wanted -= is_drawn
        yield row, is_drawn


def _all_numbers(row: list[str]) -> bool:
    if _NOT_IN_NUMBERS.search("".join(row)):
        return False
    try:
        return all(map(math.isfinite, map(float, row)))
    except ValueError:
        return False


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _shortened(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"

"""The files of a channel, and whether the first line of each has the format that the channel says.

https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
"""

from __future__ import annotations

import csv
import logging
from pathlib import Path

from sagemaker_images.xgboost.channels import CSV, LIBSVM, PARQUET
from sagemaker_images.xgboost.errors import UserError

#: Files further down are left out.
_MAX_DEPTH = 3
_SNIPPET = 50

_log = logging.getLogger(__name__)


def find(folder: Path, kind: str) -> list[Path]:
    """The files of a channel that hold data, in the order of their paths.

    Args:
        folder: Folder of the channel.
        kind: Its format.

    Raises:
        UserError: A hidden file is among them.
    """
    found = []
    for each in sorted(path for path in folder.rglob("*") if path.is_file()):
        if each.name.startswith("."):
            raise UserError("Hidden file found in the data path! Remove that before training.")
        if len(each.relative_to(folder).parts) > _MAX_DEPTH:
            _log.warning("%s lies deeper than %d folders and is not loaded.", each, _MAX_DEPTH)
        elif not _is_left_out(each, kind):
            found.append(each)
    return found


def _is_left_out(path: Path, kind: str) -> bool:
    # Job frameworks leave _SUCCESS markers and _metadata behind; Parquet readers pass over such names.
    return path.stat().st_size == 0 or (kind == PARQUET and path.name.startswith("_"))


def check(paths: list[Path], kind: str) -> None:
    """Raises a UserError unless the first line of each file has the format; Parquet has no lines."""
    for each in paths:
        if each.name.startswith("_"):
            continue
        if kind == CSV:
            _check_csv(each)
        elif kind == LIBSVM:
            _check_libsvm(each)


def delimiter(line: str) -> str:
    """The delimiter of a CSV line, as Python's ``csv.Sniffer`` sees it.

    Raises:
        UserError: None was found; shows the line's beginning.
    """
    try:
        return csv.Sniffer().sniff(line).delimiter
    except csv.Error as error:
        raise UserError(f"Could not determine delimiter on line {line[:_SNIPPET]}:\n{error}") from error


def first_line(path: Path) -> str:
    """The first line of a text file, with its end."""
    with path.open(encoding="utf-8", errors="ignore") as file:
        return file.readline()


def _check_csv(path: Path) -> None:
    line = first_line(path)
    cells = line.strip().split(delimiter(line))
    # The image reads text as missing values and trains on a header as on any other row. Nobody wants that.
    if not all(_is_number(each) for each in cells if each.strip()):
        raise UserError(
            f"{_not_in_format(line, path, 'CSV')} Each cell has to be a number: remove the header row, encode text"
        )


def _check_libsvm(path: Path) -> None:
    with path.open(encoding="utf-8", errors="ignore") as file:
        for line in file:
            count = _libsvm_features(line)
            if count < 0:
                raise UserError(_not_in_format(line, path, "LIBSVM"))
            if count > 1:
                return


def _libsvm_features(line: str) -> int:
    label, *features = line.split(" ")
    parts = label.split(":")
    if len(parts) > 2 or not all(_is_number(each) for each in parts):
        return -1
    return len(features) if all(each.count(":") == 1 for each in features) else -1


def _not_in_format(line: str, path: Path, kind: str) -> str:
    return (
        f"First line '{line[:_SNIPPET].rstrip()}...' of file '{path.name}' is not '{kind}' format. "
        f"Please ensure the file is in '{kind}' format."
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

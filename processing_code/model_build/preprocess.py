#!/usr/bin/env python3
"""Splits a CSV dataset for training and evaluation, in a processing job with the scikit-learn image.

Reads one CSV file of numbers, rows x (1 label + n features), header or none, and writes two files without a header, the
label in the first column, which is what XGBoost reads:

    <base>/processing/train/train.csv
    <base>/processing/test/test.csv

The same seed and data give the same split. Features are left as they are: trees need no scaling, and a model answers
to the team's own units.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from sklearn.model_selection import train_test_split

_BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "processing"


class DataError(Exception):
    """The dataset cannot be used; the message says where and why."""


def read(path: Path, *, header: bool, label_column: str) -> pd.DataFrame:
    """The dataset with its label in the first column.

    Raises:
        DataError: A field is not a finite number, or there is no such label column; names file, line and column.
    """
    try:
        text = pd.read_csv(
            path,
            header=0 if header else None,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            encoding="utf-8-sig",
        )
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {str(error).splitlines()[0]}") from None
    # Blanks around names and numbers mean nothing, as for the check at synth.
    text = text.rename(columns=lambda name: name.strip() if isinstance(name, str) else name)
    numbers = text.apply(pd.to_numeric, errors="coerce").replace([float("inf"), float("-inf")], float("nan"))
    bad = numbers.isna().to_numpy().nonzero()
    if len(bad[0]):
        row, column = int(bad[0][0]), int(bad[1][0])
        hint = "" if header else "; if the first row names the columns, say so with --header"
        place = f"{path}, line {row + 1 + header}, column {column + 1}"
        raise DataError(f"{place}: {text.iat[row, column]!r} is not a finite number{hint}")
    label = _label(numbers, label_column, header=header, path=path)
    table: pd.DataFrame = numbers[[label, *[each for each in numbers.columns if each != label]]]
    return table


def _label(table: pd.DataFrame, wanted: str, *, header: bool, path: Path) -> object:
    wanted = wanted.strip()
    names = {str(each): each for each in table.columns} if header else {}
    if wanted in names:
        return names[wanted]
    if wanted.isdecimal() and int(wanted) < len(table.columns):
        return table.columns[int(wanted)]
    known = ", ".join(names) if header else f"0 to {len(table.columns) - 1}"
    raise DataError(f"{path}: there is no label column {wanted!r}; write one of {known}")


def find(folder: Path) -> Path:
    """The one CSV file in ``folder``; DataError if there is none or several."""
    files = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    if len(files) != 1:
        found = ", ".join(each.name for each in files) or "nothing"
        raise DataError(f"{folder} holds {found}; give one CSV file as input data")
    return files[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the script; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--input", type=Path, default=_BASE / "input" / "data", help="folder with one CSV file")
    parser.add_argument("--output", type=Path, default=_BASE, help="folder that gets train/ and test/")
    parser.add_argument("--header", choices=["true", "false"], default="false", help="whether row 1 names the columns")
    parser.add_argument("--label-column", default="0", help="name (with a header) or zero-based index")
    parser.add_argument("--test-fraction", type=float, default=0.2, help="share of the rows kept for evaluation")
    parser.add_argument("--seed", type=int, default=42)
    given = parser.parse_args(arguments)
    try:
        table = read(find(given.input), header=given.header == "true", label_column=given.label_column)
        if len(table.columns) < 2 or len(table) < 2:
            raise DataError(f"{given.input}: {len(table)} rows x {len(table.columns)} columns are too few")
        train, test = train_test_split(table, test_size=given.test_fraction, random_state=given.seed)
    except (DataError, ValueError, OSError) as error:
        print(f"preprocess.py: {error}", file=sys.stderr)
        return 1
    for name, part in {"train": train, "test": test}.items():
        target = given.output / name / f"{name}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        part.to_csv(target, header=False, index=False)
        print(f"{target}: {len(part)} rows x {len(part.columns)} columns")
    return 0


if __name__ == "__main__":
    sys.exit(main())

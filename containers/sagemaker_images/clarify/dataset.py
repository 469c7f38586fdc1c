"""Reads the data set, and tells groups of its rows apart by values or by a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sagemaker_images.analysis_job import AnalysisError, data_files
from sagemaker_images.clarify.config import Scalar
from sagemaker_images.clarify.metrics import Flags

#: From this share of different values on, a column of integers counts as continuous, as Clarify's library decides it.
_CONTINUOUS_SHARE = 0.05


@dataclass(frozen=True)
class Group:
    """Rows that belong together, and how ``analysis.json`` names what they have in common."""

    rows: Flags
    value_or_threshold: str


def read(folder: Path, headers: Sequence[str] | None) -> pd.DataFrame:
    """The data set.

    A first row is a header when it says what ``headers`` says or, without them, when none of its cells is a number;
    columns without names are ``column_0``, ``column_1``, ...

    Raises:
        AnalysisError: There is no data, or the names do not fit the columns.
    """
    return pd.concat([_read_file(each, headers) for each in data_files(folder)], ignore_index=True)


def _read_file(path: Path, headers: Sequence[str] | None) -> pd.DataFrame:
    try:
        first = pd.read_csv(path, header=None, nrows=1, dtype=str).iloc[0].tolist()
        named = [str(each) for each in first]
        if headers is not None and len(headers) != len(named):
            raise AnalysisError(f"headers names {len(headers)} columns; {path.name} has {len(named)}")
        has_header = named == list(headers) if headers is not None else not any(map(_is_number, named))
        frame = pd.read_csv(path, header=0 if has_header else None)
    except (ValueError, OSError, IndexError) as error:
        raise AnalysisError(f"{path.name} cannot be read as text/csv: {error}") from None
    names = headers or (named if has_header else [f"column_{index}" for index in range(len(named))])
    frame.columns = pd.Index(list(names))
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def column(frame: pd.DataFrame, name_or_index: str | int, what: str) -> pd.Series:
    """A column by its name or by its index, from 0.

    Raises:
        AnalysisError: There is none; names ``what`` it was to be.
    """
    if isinstance(name_or_index, int) and 0 <= name_or_index < len(frame.columns):
        return frame.iloc[:, name_or_index]
    if name_or_index in frame.columns:
        return frame[name_or_index]
    raise AnalysisError(f"{what} {name_or_index!r}: the data set has no such column; it has {', '.join(frame.columns)}")


def groups(data: pd.Series, values: Sequence[Scalar] | None, what: str) -> list[Group]:
    """The groups that values or a threshold name.

    Args:
        data: The column.
        values: Values of the one group, or the threshold above which it begins where the column is continuous;
            None makes a group of each value.
        what: What the column is, for messages.

    Raises:
        AnalysisError: A continuous column without a threshold.
    """
    if _is_continuous(data, values):
        if not values:
            raise AnalysisError(f"{what} {data.name!r} is continuous: write its threshold")
        threshold, highest = _number(values[0], what), float(data.max())
        return [Group((data > threshold).to_numpy(dtype=bool), f"({threshold}, {highest}]")]
    if not values:
        return [_group(data, [each]) for each in data.dropna().unique().tolist()]
    return [_group(data, values)]


def _is_continuous(data: pd.Series, values: Sequence[Scalar] | None) -> bool:
    if values is not None and len(values) > 1:
        return False
    if pd.api.types.is_float_dtype(data):
        return True
    count = int(data.count())
    is_varied = count > 0 and data.nunique() / count >= _CONTINUOUS_SHARE
    return is_varied and pd.api.types.is_integer_dtype(data)


def _group(data: pd.Series, values: Sequence[Scalar]) -> Group:
    """Values are compared as text, and as numbers where the column holds numbers: 1 is 1.0 is "1"."""
    if pd.api.types.is_numeric_dtype(data) and not pd.api.types.is_bool_dtype(data):
        wanted = [float(each) for each in values if _is_number(str(each))]
        rows = data.astype(float).isin(wanted)
    else:
        rows = data.astype(str).isin([str(each) for each in values])
    return Group(rows.to_numpy(dtype=bool), ",".join(map(str, values)))


def _number(value: Scalar, what: str) -> float:
    if not _is_number(str(value)):
        raise AnalysisError(f"{what}: {value!r} is no number, and the column is continuous")
    return float(value)

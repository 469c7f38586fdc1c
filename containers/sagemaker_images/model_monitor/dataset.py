"""Reads a data set as text, as Model Monitor's type inference wants it; what is missing is ``None``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sagemaker_images.analysis_job import AnalysisError, data_files
from sagemaker_images.model_monitor.settings import DataFormat


def read(source: Path, data_format: DataFormat) -> pd.DataFrame:
    """The data set, each value as text; columns without a header are ``_c0``, ``_c1``, ... as Spark names them.

    Raises:
        AnalysisError: There is no data, or a file cannot be read; names it.
    """
    frames = [_read_file(each, data_format) for each in data_files(source)]
    frames = [each for each in frames if len(each.columns)]
    if not frames:
        raise AnalysisError(f"there is no data in {source}")
    return pd.concat(frames, ignore_index=True)


def _read_file(path: Path, data_format: DataFormat) -> pd.DataFrame:
    readers = {"csv": _csv, "json": _json, "parquet": _parquet}
    try:
        return readers[data_format.kind](path, data_format)
    except (ValueError, OSError) as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise AnalysisError(f"{path.name} cannot be read as {data_format.kind}: {first_line}") from None


def _csv(path: Path, data_format: DataFormat) -> pd.DataFrame:
    if path.stat().st_size == 0:
        return pd.DataFrame()
    header = 0 if data_format.header else None
    frame = pd.read_csv(path, header=header, dtype=str, keep_default_na=False, na_values=[""])
    if not data_format.header:
        frame.columns = pd.Index([f"_c{index}" for index in range(len(frame.columns))])
    return frame


def _json(path: Path, data_format: DataFormat) -> pd.DataFrame:
    text = path.read_text()
    if data_format.lines:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    else:
        document = json.loads(text)
        records = document if isinstance(document, list) else [document]
    if not all(isinstance(each, dict) for each in records):
        raise ValueError("each record has to be an object")
    return _as_text(pd.DataFrame([_flat(each) for each in records], dtype=object))


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as ``outer.inner``, which is how the flattened names are written."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _parquet(path: Path, _: DataFormat) -> pd.DataFrame:
    return _as_text(pd.read_parquet(path))


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: [_text(each) for each in frame[name].tolist()] for name in frame.columns}, dtype=object)


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if value is None or value != value:  # NaN is the one value that differs from itself
        return None
    return json.dumps(value) if isinstance(value, bool | int | float | list) else str(value)


def numbers(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column as numbers.

    Raises:
        AnalysisError: There is no such column, or a value is missing or no number; names the first row.
    """
    if column not in frame.columns:
        raise AnalysisError(f"there is no column {column!r}; there are {', '.join(map(str, frame.columns))}")
    found = pd.to_numeric(frame[column], errors="coerce").astype(float)
    if found.isna().any():
        row = int(found.isna().to_numpy().argmax())
        raise AnalysisError(f"column {column!r}: row {row + 1} holds {frame[column].iloc[row]!r}, which is no number")
    return found

"""Arrays from requests and into answers, as the managed images read and write them without functions of the user's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np

CSV, JSON, NPY = "text/csv", "application/json", "application/x-npy"
#: Bodies that the functions get as text.
TEXT_TYPES = (JSON, CSV)


class UnsupportedFormatError(Exception):
    """No default function reads or writes this content type."""

    def __init__(self, content_type: str) -> None:
        super().__init__(
            f"Content type {content_type} is not supported by this framework. Please implement input_fn to to "
            "deserialize the request data or an output_fn to serialize the response."
        )


def decode(body: Any, content_type: str) -> np.ndarray[Any, Any]:
    """The array in a body of CSV, JSON or NPY; one row of CSV gives one dimension.

    Raises:
        UnsupportedFormatError: Another content type.
    """
    if content_type not in _DECODERS:
        raise UnsupportedFormatError(content_type)
    return _DECODERS[content_type](body)


def encode(array: Any, content_type: str) -> str | bytes:
    """An answer of CSV, JSON or NPY; one dimension gives one number a line of CSV.

    Raises:
        UnsupportedFormatError: Another content type.
    """
    if content_type not in _ENCODERS:
        raise UnsupportedFormatError(content_type)
    return _ENCODERS[content_type](array)


def _from_csv(text: str) -> np.ndarray[Any, Any]:
    rows = np.array(list(csv.reader(io.StringIO(text), strict=True))).squeeze()
    try:
        return rows.astype(np.float64)
    except ValueError:
        return rows


def _from_npy(body: bytes) -> np.ndarray[Any, Any]:
    # The image unpickles objects as well, from anybody who may invoke it.
    array: np.ndarray[Any, Any] = np.load(io.BytesIO(body), allow_pickle=False)
    return array


def _to_csv(values: Any) -> str:
    array = np.array(values)
    rows = array.reshape(-1, 1) if array.ndim == 1 else array
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _to_npy(values: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def _to_json(values: Any) -> str:
    def plain(value: Any) -> Any:
        if hasattr(value, "tolist"):
            return value.tolist()
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")

    return json.dumps(values, default=plain)


_DECODERS: dict[str, Callable[[Any], np.ndarray[Any, Any]]] = {
    CSV: _from_csv,
    JSON: lambda text: np.array(json.loads(text)),
    NPY: _from_npy,
}
_ENCODERS: dict[str, Callable[[Any], str | bytes]] = {CSV: _to_csv, JSON: _to_json, NPY: _to_npy}

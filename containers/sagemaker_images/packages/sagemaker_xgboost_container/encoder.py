"""Matrices from requests."""

from __future__ import annotations

import json
from typing import Any

import xgboost as xgb

from sagemaker_images.xgboost import predictions


def csv_to_dmatrix(input: str | bytes, dtype: Any = None) -> xgb.DMatrix:
    """The matrix in rows of CSV."""
    return decode(input, "text/csv")


def libsvm_to_dmatrix(string_like: str | bytes) -> xgb.DMatrix:
    """The matrix in rows of LIBSVM."""
    return decode(string_like, "text/libsvm")


def decode(obj: str | bytes, content_type: str) -> xgb.DMatrix:
    """The matrix in a request of CSV or LIBSVM."""
    return predictions.decode(obj.encode() if isinstance(obj, str) else bytes(obj), content_type)


def json_to_jsonlines(json_data: Any) -> bytes:
    """The list that is the one value of an object, a line each."""
    found = json.loads(json_data) if isinstance(json_data, str | bytes) else json_data
    if len(found) != 1:
        raise ValueError("JSON response is not compatible for conversion to jsonlines.")
    [rows] = found.values()
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)

"""Requests to the model server into matrices, and predictions into answers: pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
"""

from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np
import xgboost as xgb

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost.channels import CSV, LIBSVM, RECORDIO_PROTOBUF, data_format

ACCEPTED = ("application/json", "application/jsonlines", "application/x-recordio-protobuf", "text/csv")
_SNIFFED = 512

Matrix = np.ndarray[Any, np.dtype[np.float64]]


class UnreadableError(Exception):
    """The body does not have the format that its content type says, or the format is unknown."""


class NotAcceptableError(Exception):
    """The answer cannot be written as the client wants it."""


def decode(body: bytes, content_type: str | None) -> xgb.DMatrix:
    """The rows of a request, without labels; LIBSVM unless a content type says otherwise.

    Raises:
        UnreadableError: What is wrong with the body or its type, in the image's words.
    """
    try:
        kind = data_format(content_type)
    except Exception as error:
        raise UnreadableError(str(error)) from error
    if kind == RECORDIO_PROTOBUF:
        raise UnreadableError(f"Content-type {content_type} cannot be read locally; send text/csv or text/libsvm")
    if kind not in (CSV, LIBSVM):
        raise UnreadableError(f"Content-type {content_type} is not supported.")
    try:
        text = body.strip().decode("utf-8")
        return xgb.DMatrix(csv_rows(text)) if kind == CSV else _libsvm(text)
    except Exception as error:
        raise UnreadableError(
            f"Loading {kind} data failed with Exception, please ensure data is in {kind} format:\n"
            f" {type(error)}\n {error}"
        ) from error


def csv_rows(text: str) -> Matrix:
    """The numbers of a CSV text; an empty cell is NaN.

    Raises:
        ValueError: A cell is no number, or the lines differ in length.
        csv.Error: No delimiter was found.
    """
    sniffed = csv.Sniffer().sniff(text.split("\n", 1)[0][:_SNIFFED]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    rows = _plain_csv_rows(text, delimiter)
    return _any_csv_rows(text, delimiter) if rows is None else rows


def _plain_csv_rows(text: str, delimiter: str) -> Matrix | None:
    """The usual case at the speed of C; None where the other way of reading has to decide."""
    # Arrow ends a line at a carriage return, fills an empty line up, and reads nan(2) as a number.
    if any(each in text for each in ("\r", "\n\n", "(")):
        return None
    # Imported only here, because a server without CSV does not need it.
    import pyarrow
    from pyarrow import csv as arrow_csv

    columns = [str(each) for each in range(text.split("\n", 1)[0].count(delimiter) + 1)]
    types = dict.fromkeys(columns, pyarrow.float64())
    try:
        table = arrow_csv.read_csv(
            pyarrow.py_buffer(text.encode()),
            arrow_csv.ReadOptions(column_names=columns),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=types, null_values=[""]),
        )
    except (ValueError, pyarrow.ArrowException):
        return None
    return np.column_stack([each.to_numpy() for each in table.columns])


def _any_csv_rows(text: str, delimiter: str) -> Matrix:
    cells = [[cell or "nan" for cell in line.split(delimiter)] for line in text.split("\n")]
    return np.array(cells).astype(np.float64)


def _libsvm(text: str) -> xgb.DMatrix:
    from scipy.sparse import csr_matrix

    rows, columns, values = [], [], []
    for row, line in enumerate(text.split("\n")):
        for item in line.split(" "):
            if ":" in item:
                column, value = item.split(":")[:2]
                rows.append(row)
                columns.append(int(column))
                values.append(float(value))
    # Indices count from 1 unless there is a 0 among them.
    first = 1 if columns and min(columns) >= 1 else 0
    return xgb.DMatrix(csr_matrix((np.array(values), (rows, [each - first for each in columns]))))


def negotiate(accept: str | None, default: str) -> str:
    """The content type of the answer.

    Args:
        accept: Header ``Accept``.
        default: For a client that takes anything.

    Raises:
        NotAcceptableError: The image does not write that type.
    """
    wanted = (accept or "").split(";")[0].strip()
    if wanted in ("", "*/*"):
        return default
    if wanted.lower() not in ACCEPTED:
        raise NotAcceptableError(
            f"Accept type {wanted} is not supported. Please use supported accept types: {list(ACCEPTED)}."
        )
    return wanted.lower()


def encode(predictions: np.ndarray[Any, Any], accept: str) -> str:
    """Writes an answer: CSV with one row a line, or JSON ``{"predictions": [{"score": ...}]}``.

    Raises:
        NotSupportedError: Another type.
    """
    values = predictions.tolist()
    if accept == "text/csv":
        return "".join(f"{_csv_line(each)}\n" for each in values)
    if accept == "application/json":
        return json.dumps({"predictions": [{"score": each} for each in values]})
    # The image accepts the other types too, and has no encoder for a plain prediction.
    raise NotSupportedError(f"Content type {accept} is not supported for predictions; accept text/csv")


def encode_batch(predictions: np.ndarray[Any, Any]) -> str:
    """Writes an answer to batch transform: one prediction a line, a list of them for several classes."""
    return "\n".join(map(str, predictions.tolist())) + "\n"


def _csv_line(prediction: float | list[float]) -> str:
    return ",".join(map(str, prediction)) if isinstance(prediction, list) else str(prediction)

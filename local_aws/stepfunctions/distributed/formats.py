"""Reads the items of a data set: CSV, JSON, JSON Lines, Parquet.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

DELIMITERS: Mapping[str, str] = MappingProxyType(
    {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
)


class ReaderError(Exception):
    """A data set cannot be read: ``States.ItemReaderFailed``."""


def read_csv(content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """Rows as objects by header; a missing value is an empty text."""
    delimiter = DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    headers = config.get("CSVHeaders")
    if config.get("CSVHeaderLocation") != "GIVEN":
        if not rows:
            return []
        headers, rows = rows[0], rows[1:]
    if headers is None:
        raise ReaderError("CSVHeaderLocation is GIVEN, and there are no CSVHeaders.")
    if len(set(headers)) < len(headers):
        raise ReaderError("CSV headers cannot contain duplicates.")
    return [
        {header: row[index] if index < len(row) else "" for index, header in enumerate(headers)} for row in rows if row
    ]


def read_json(content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """The array of a JSON file, or that at ``ItemsPointer`` in it."""
    try:
        value = json.loads(content)
    except ValueError as error:
        raise ReaderError(f"The file is not JSON ({error}).") from None
    for name in [each for each in str(config.get("ItemsPointer", "")).split("/") if each]:
        key = name.replace("~1", "/").replace("~0", "~")
        if not isinstance(value, dict) or key not in value:
            raise ReaderError(f"ItemsPointer {config['ItemsPointer']} points to nothing.")
        value = value[key]
    if not isinstance(value, list):
        raise ReaderError("Attempting to map over non-iterable node.")
    return value


def read_json_lines(content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """One value a line."""
    try:
        return [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    except ValueError as error:
        raise ReaderError(f"A line is not JSON ({error}).") from None


def read_parquet(content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """Rows as objects by column."""
    import pyarrow
    import pyarrow.parquet

    try:
        rows = pyarrow.parquet.read_table(pyarrow.BufferReader(content)).to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise ReaderError(f"The file is not Parquet ({error}).") from None
    return list(json.loads(json.dumps(rows, default=str)))


FORMATS: Mapping[str, Callable[[bytes, Mapping[str, Any]], list[Any]]] = MappingProxyType(
    {"CSV": read_csv, "JSON": read_json, "JSONL": read_json_lines, "PARQUET": read_parquet}
)


def read_items(key: str, content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """The items of one object.

    Args:
        key: Of the object; one that ends in ``.gz`` is compressed.
        content: Of the object.
        config: ``ReaderConfig``.

    Raises:
        ReaderError: It is not what its type says.
    """
    if key.endswith(".gz"):
        content = gzip.decompress(content)
    try:
        return FORMATS[config["InputType"]](content, config)
    except UnicodeDecodeError as error:
        raise ReaderError(f"The file is not text ({error}).") from None

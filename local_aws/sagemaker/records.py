"""How batch transform cuts objects into requests and puts responses together; pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

MEBIBYTE = 1024 * 1024


class RecordTooLargeError(Exception):
    """A record, or an object that is not split, is larger than ``MaxPayloadInMB``."""


def payloads(source: BinaryIO, *, split_type: str, batch_strategy: str, max_bytes: int) -> Iterator[bytes]:
    """Cuts an object into request bodies.

    Args:
        source: The object.
        split_type: ``None``, one body per object, or ``Line``. Blank lines are no records.
        batch_strategy: ``SingleRecord``, one line a body, or ``MultiRecord``, as many as fit.
        max_bytes: Largest body.

    Raises:
        RecordTooLargeError: A record does not fit.
    """
    if split_type == "None":
        body = source.read(max_bytes + 1)
        _check(body, max_bytes)
        yield body
        return
    lines = (line for line in source if line.strip())
    if batch_strategy == "SingleRecord":
        for line in lines:
            record = line.rstrip(b"\r\n")
            _check(record, max_bytes)
            yield record
        return
    yield from _batches(lines, max_bytes)


def assemble(responses: Iterable[bytes], *, assemble_with: str) -> Iterator[bytes]:
    """Puts response bodies together: with ``Line`` each ends in a newline, with ``None`` they stand as they are."""
    for response in responses:
        yield response
        if assemble_with == "Line" and not response.endswith(b"\n"):
            yield b"\n"


def _batches(lines: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        _check(line, max_bytes)
        if size + len(line) > max_bytes:
            yield b"".join(batch)
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield b"".join(batch)


def _check(record: bytes, max_bytes: int) -> None:
    if len(record) > max_bytes:
        raise RecordTooLargeError(f"a record has more than {max_bytes // MEBIBYTE} MB")

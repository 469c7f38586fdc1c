"""How batch transform cuts objects into requests and puts responses together; pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, TypeVar

MEBIBYTE = 1024 * 1024

Body = TypeVar("Body")


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


def records(source: BinaryIO, *, split_type: str, max_bytes: int) -> Iterator[bytes]:
    """The records of an object without their line ends; arguments and errors are those of :func:`payloads`."""
    if split_type == "None":
        yield from payloads(source, split_type=split_type, batch_strategy="SingleRecord", max_bytes=max_bytes)
        return
    for line in source:
        if line.strip():
            yield line.rstrip(b"\r\n")


def batched(
    bodies: Iterable[Body], *, size: Callable[[Body], int], batch_strategy: str, max_bytes: int
) -> Iterator[list[Body]]:
    """Puts records together for requests.

    Args:
        bodies: The records.
        size: Gives the bytes of a record.
        batch_strategy: As for :func:`payloads`.
        max_bytes: Largest request.

    Raises:
        RecordTooLargeError: A record does not fit.
    """
    batch: list[Body] = []
    total = 0
    for body in bodies:
        # A line end stands behind each.
        length = size(body) + 1
        _check_size(length - 1, max_bytes)
        if batch and (batch_strategy == "SingleRecord" or total + length > max_bytes):
            yield batch
            batch, total = [], 0
        batch.append(body)
        total += length
    if batch:
        yield batch


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
    _check_size(len(record), max_bytes)


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise RecordTooLargeError(f"a record has more than {max_bytes // MEBIBYTE} MB")

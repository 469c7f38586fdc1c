"""How objects become requests, and responses objects."""

from __future__ import annotations

import io

import pytest

from local_aws.sagemaker.records import RecordTooLargeError, assemble, payloads


@pytest.mark.parametrize(
    ("content", "split_type", "batch_strategy", "max_bytes", "expected"),
    [
        (b"1,2\n3,4\n", "Line", "MultiRecord", 100, [b"1,2\n3,4\n"]),
        (b"1,2\n3,4\n", "Line", "MultiRecord", 8, [b"1,2\n3,4\n"]),
        (b"1,2\n3,4\n", "Line", "MultiRecord", 7, [b"1,2\n", b"3,4\n"]),
        (b"1,2\n3,4", "Line", "MultiRecord", 100, [b"1,2\n3,4"]),
        (b"1,2\r\n3,4\n", "Line", "SingleRecord", 100, [b"1,2", b"3,4"]),
        (b"1,2\n\n3,4\n\n", "Line", "SingleRecord", 100, [b"1,2", b"3,4"]),
        (b"1,2\n3,4\n", "None", "MultiRecord", 100, [b"1,2\n3,4\n"]),
        (b"", "Line", "MultiRecord", 100, []),
    ],
)
def test_payloads(content: bytes, split_type: str, batch_strategy: str, max_bytes: int, expected: list[bytes]) -> None:
    found = payloads(io.BytesIO(content), split_type=split_type, batch_strategy=batch_strategy, max_bytes=max_bytes)
    assert list(found) == expected


@pytest.mark.parametrize(
    ("split_type", "batch_strategy"), [("None", "MultiRecord"), ("Line", "MultiRecord"), ("Line", "SingleRecord")]
)
def test_a_record_has_to_fit(split_type: str, batch_strategy: str) -> None:
    with pytest.raises(RecordTooLargeError):
        list(payloads(io.BytesIO(b"123456\n"), split_type=split_type, batch_strategy=batch_strategy, max_bytes=5))


@pytest.mark.parametrize(("assemble_with", "expected"), [("Line", b"1\n2\n3\n"), ("None", b"12\n3")])
def test_assembling(assemble_with: str, expected: bytes) -> None:
    assert b"".join(assemble([b"1", b"2\n", b"3"], assemble_with=assemble_with)) == expected

"""A decision reads a body once, parses a call once and asks for its needs once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.iam import wire
from local_aws.iam.requests import Requirements


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step was taken since the last ``clear``."""
    counter: Counter[str] = Counter()

    def count(target: Any, name: str, step: str) -> None:
        original: Callable[..., Any] = getattr(target, name)

        def counting(*args: Any, **options: Any) -> Any:
            counter[step] += 1
            return original(*args, **options)

        monkeypatch.setattr(target, name, counting)

    base: Any = vars(wire)["Request"]

    class Request(base):  # type: ignore[misc]
        def get_data(self, *args: Any, **options: Any) -> Any:
            counter["read"] += 1
            return super().get_data(*args, **options)

    monkeypatch.setattr(wire, "Request", Request)
    count(wire, "_params", "parsed")
    count(Requirements, "needs", "asked")
    return counter


def test_a_call_of_a_role(aws: LocalAws, worker: Any, counted: Counter[str]) -> None:
    topic = aws.client("sns").create_topic(Name="news")["TopicArn"]
    worker.may({"Action": "sns:Publish", "Resource": topic})
    publish = worker.client("sns").publish
    counted.clear()
    publish(TopicArn=topic, Message="text")
    assert counted == {"read": 1, "parsed": 1, "asked": 1}


def test_a_call_whose_resource_another_account_owns(aws: LocalAws, worker: Any, counted: Counter[str]) -> None:
    key = aws.client("kms", account="111111111111").create_key()["KeyMetadata"]["Arn"]
    describe = aws.client("kms").describe_key
    counted.clear()
    with pytest.raises(Exception, match="AccessDenied"):
        describe(KeyId=key)
    assert counted == {"read": 1, "parsed": 1, "asked": 1}


def test_a_call_that_answers_for_each_object(worker: Any, bucket: str, counted: Counter[str]) -> None:
    delete = worker.client("s3").delete_objects
    counted.clear()
    assert len(delete(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})["Errors"]) == 2
    assert counted == {"read": 1, "parsed": 1, "asked": 1}


def test_an_object_that_is_written_is_not_read(worker: Any, bucket: str, counted: Counter[str]) -> None:
    worker.may({"Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/*"})
    put = worker.client("s3").put_object
    counted.clear()
    put(Bucket=bucket, Key="k", Body=b"bytes")
    assert counted == {"parsed": 1, "asked": 1}

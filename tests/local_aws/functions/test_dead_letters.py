"""Events that a function fails with asynchronously go to its dead-letter queue."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

_FAILS = "def handler(event, context):\n    raise ValueError('not for me')\n"
_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


@pytest.fixture
def queue(aws: LocalAws, local_aws: str) -> tuple[Any, str, str]:
    """A client, and URL and ARN of a queue."""
    client = aws.client("sqs")
    url = client.create_queue(QueueName=f"dead-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return client, url, arn


def received(client: Any, url: str, seconds: float = 8) -> list[dict[str, Any]]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := client.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages"):
            return list(found)
        time.sleep(0.1)
    return []


def test_an_event_that_fails_goes_there_with_the_error(make_function: Callable[..., Any], queue: Any) -> None:
    client, url, arn = queue
    function = make_function(_FAILS, may=[*_LOGS, "sqs:SendMessage"], DeadLetterConfig={"TargetArn": arn})
    function.invoke({"id": 1}, InvocationType="Event")
    [message] = received(client, url)
    assert json.loads(message["Body"]) == {"id": 1}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "not for me"


def test_the_role_of_the_function_sends(make_function: Callable[..., Any], queue: Any) -> None:
    client, url, arn = queue
    function = make_function(_FAILS, may=_LOGS, DeadLetterConfig={"TargetArn": arn})
    function.invoke({"id": 1}, InvocationType="Event")
    assert received(client, url, seconds=2) == []


def test_a_synchronous_call_is_told_its_error_instead(make_function: Callable[..., Any], queue: Any) -> None:
    client, url, arn = queue
    function = make_function(_FAILS, may=[*_LOGS, "sqs:SendMessage"], DeadLetterConfig={"TargetArn": arn})
    assert function.invoke({"id": 1})["FunctionError"] == "Unhandled"
    assert received(client, url, seconds=1) == []


def test_the_configuration_tells_it_and_a_topic_is_refused(make_function: Callable[..., Any], queue: Any) -> None:
    function = make_function(_FAILS, DeadLetterConfig={"TargetArn": queue[2]})
    found = function.lambda_.get_function_configuration(FunctionName=function.name)
    assert found["DeadLetterConfig"] == {"TargetArn": queue[2]}
    with pytest.raises(ClientError, match="sends to queues only"):
        make_function(_FAILS, DeadLetterConfig={"TargetArn": "arn:aws:sns:us-east-1:123456789012:topic"})


def test_a_version_keeps_the_queue_that_it_was_published_with(make_function: Callable[..., Any], queue: Any) -> None:
    _, _, arn = queue
    function = make_function(
        "def handler(event, context): raise ValueError(event)", DeadLetterConfig={"TargetArn": arn}
    )
    version = function.lambda_.publish_version(FunctionName=function.name)["Version"]
    function.lambda_.update_function_configuration(FunctionName=function.name, DeadLetterConfig={"TargetArn": ""})
    read = function.lambda_.get_function_configuration
    assert read(FunctionName=function.name, Qualifier=version)["DeadLetterConfig"] == {"TargetArn": arn}
    assert "DeadLetterConfig" not in read(FunctionName=function.name)

"""What the team is told about a model that was not registered."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns import sns_backends

HANDLER = Path(__file__).parents[2] / "lambda" / "notify_team" / "index.py"
REPORT = {"regression_metrics": {"mse": {"value": 4100.5}}}


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="runs")
        s3.put_object(Bucket="runs", Key="r/evaluation.json", Body=json.dumps(REPORT))
        monkeypatch.setenv("TOPIC_ARN", boto3.client("sns").create_topic(Name="team")["TopicArn"])
        yield


@pytest.fixture
def function() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notify_team", HANDLER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event(**changed: Any) -> dict[str, Any]:
    return {
        "evaluation_uri": "s3://runs/r/evaluation.json",
        "threshold": 3500.0,
        "pipeline": "Build",
        "execution_arn": "arn:aws:sagemaker:us-east-1:1:pipeline/build/execution/abc",
        **changed,
    }


def test_the_message_names_the_error_the_threshold_and_the_execution(function: ModuleType) -> None:
    answer = function.handler(event(), None)
    [topic] = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].topics.values()
    [(message_id, message, subject, *_)] = topic.sent_notifications
    assert answer == {"message_id": message_id, "mse": 4100.5}
    assert subject == "Build: model not registered"
    assert "4100.5, more than the threshold 3500" in message
    assert "execution/abc" in message


def test_a_long_pipeline_name_is_cut_to_what_a_subject_may_have(function: ModuleType) -> None:
    function.handler(event(pipeline="x" * 200), None)
    [topic] = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].topics.values()
    assert len(topic.sent_notifications[0][2] or "") == 99


@pytest.mark.parametrize(
    ("changed", "error"),
    [({"evaluation_uri": "s3://runs/other.json"}, ClientError), ({"threshold": "none"}, ValueError)],
)
def test_what_makes_the_step_fail(function: ModuleType, changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        function.handler(event(**changed), None)

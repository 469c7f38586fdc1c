"""Which versions the custom resource deletes, and what it answers to CloudFormation."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError

GROUP = "abalone"
MINUTE = 60_000


class Context:
    log_group_name, log_stream_name = "/group", "stream-1"

    def __init__(self, minutes: float = 15) -> None:
        self.minutes = minutes

    def get_remaining_time_in_millis(self) -> int:
        return int(self.minutes * MINUTE)


class SageMaker:
    """A registry with versions, of which a page shows two."""

    def __init__(self, versions: int) -> None:
        self.versions = [f"arn:model-package/{GROUP}/{number}" for number in range(1, versions + 1)]
        self.refusal: ClientError | None = None

    def list_model_packages(self, **request: str) -> dict[str, Any]:
        assert request == {"ModelPackageGroupName": GROUP}
        if self.refusal:
            raise self.refusal
        return {"ModelPackageSummaryList": [{"ModelPackageArn": each} for each in self.versions[:2]]}

    def delete_model_package(self, **request: str) -> None:
        self.versions.remove(request["ModelPackageName"])


def refusal(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "ListModelPackages")


@pytest.fixture
def send(load: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Sends an event; returns the answer."""
    module = load("empty_model_group", "index")

    def deliver(registry: SageMaker, kind: str, context: Context | None = None, **changes: Any) -> dict[str, Any]:
        answers: list[dict[str, Any]] = []

        def urlopen(request: Any, timeout: float) -> Any:
            answers.append(json.loads(request.data))
            return contextlib.nullcontext()

        monkeypatch.setattr(module.boto3, "client", lambda service: registry)
        monkeypatch.setattr(module.urllib.request, "urlopen", urlopen)
        event = {
            "RequestType": kind,
            "ResponseURL": "http://127.0.0.1/answer",
            "StackId": "s",
            "RequestId": "r",
            "LogicalResourceId": "l",
            "ResourceProperties": {"ModelPackageGroupName": GROUP},
            **({} if kind == "Create" else {"PhysicalResourceId": GROUP}),
            **changes,
        }
        module.handler(event, context or Context())
        [answer] = answers
        return answer

    return deliver


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_group_that_stays_is_left_alone(send: Callable[..., dict[str, Any]], kind: str) -> None:
    registry = SageMaker(3)
    assert send(registry, kind)["PhysicalResourceId"] == GROUP
    assert len(registry.versions) == 3


def test_every_version_goes_with_the_stack(send: Callable[..., dict[str, Any]]) -> None:
    registry = SageMaker(5)
    assert send(registry, "Delete")["Status"] == "SUCCESS"
    assert registry.versions == []


def test_a_resource_that_was_never_created_has_nothing_to_delete(send: Callable[..., dict[str, Any]]) -> None:
    registry = SageMaker(1)
    answer = send(registry, "Delete", PhysicalResourceId="never-created", ResourceProperties={})
    assert (answer["Status"], len(registry.versions)) == ("SUCCESS", 1)


@pytest.mark.parametrize(
    ("message", "status"), [("ModelPackageGroup x does not exist.", "SUCCESS"), ("not now", "FAILED")]
)
def test_a_group_that_is_gone_is_as_good_as_empty(
    send: Callable[..., dict[str, Any]], message: str, status: str
) -> None:
    registry = SageMaker(1)
    registry.refusal = refusal(message)
    assert send(registry, "Delete")["Status"] == status


def test_it_says_when_time_runs_out(send: Callable[..., dict[str, Any]]) -> None:
    answer = send(SageMaker(3), "Delete", Context(minutes=0.5))
    assert answer["Status"] == "FAILED"
    assert "model package group abalone: time ran out, versions are left; delete again" in answer["Reason"]


def test_a_missing_name_is_told(send: Callable[..., dict[str, Any]]) -> None:
    answer = send(SageMaker(0), "Create", ResourceProperties={})
    assert "property ModelPackageGroupName is missing" in answer["Reason"]

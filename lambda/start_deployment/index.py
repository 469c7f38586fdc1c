"""Starts the deployment that an approval in the model registry asks for, once for each package, stage and status.

Takes "SageMaker Model Package State Change" events, of which the service may send several for one change. What has been
decided is told by the name of the execution: ``<group>-v<version>-<stage>-<status>``. If there is one, nothing more
happens, unless it was broken off (ABORTED, TIMED_OUT): then the next one, ``...-2``, resumes it. One that FAILED has
rolled back; that is a decision, and is not repeated.

Environment:
    STATE_MACHINE_ARN: State machine that deploys.
    GROUP_ARN: ARN of the model package group; events of other groups are refused.
    PRODUCTION_APPROVAL: ``manual`` or ``automatic``; only with ``manual`` does a life-cycle approval start production.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

QA, PRODUCTION = "QA", "Prod"
APPROVED = "Approved"
#: Ends of an execution after which the deployment is resumed.
BROKEN_OFF = ("ABORTED", "TIMED_OUT")
#: Executions of one decision; somebody who breaks off more wants something else.
MOST_ATTEMPTS = 50

_log = logging.getLogger()
_log.setLevel(logging.INFO)


class UnexpectedEventError(Exception):
    """The event is not one that this function may act on; Lambda hands it to the dead-letter queue."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Starts an execution, or says why there is nothing to do.

    Returns:
        ``{"Started": <execution ARN or None>, "Reason": <one line>}``.

    Raises:
        UnexpectedEventError: The event is of another source, detail type or group.
    """
    detail = _checked(event)
    package = str(detail["ModelPackageArn"])
    stage = stage_to_deploy(detail, os.environ["PRODUCTION_APPROVAL"])
    result = _nothing("no stage is approved") if stage is None else _start(package, stage)
    _log.info(json.dumps({"ModelPackageArn": package, "Event": event.get("id"), **result}))
    return result


def stage_to_deploy(detail: Mapping[str, Any], production_approval: str) -> str | None:
    """The stage that an event asks to deploy: approval begins with QA; the life cycle alone approves production."""
    if detail.get("ModelApprovalStatus") != APPROVED:
        return None
    life_cycle = detail.get("ModelLifeCycle") or {}
    if life_cycle.get("Stage") != PRODUCTION:
        return QA
    is_approval = life_cycle.get("StageStatus") == APPROVED
    return PRODUCTION if is_approval and production_approval == "manual" else None


def _checked(event: Mapping[str, Any]) -> Mapping[str, Any]:
    detail: Mapping[str, Any] = event.get("detail") or {}
    package = str(detail.get("ModelPackageArn", ""))
    expected = os.environ["GROUP_ARN"].replace(":model-package-group/", ":model-package/") + "/"
    kind = (event.get("source"), event.get("detail-type"))
    if kind != ("aws.sagemaker", "SageMaker Model Package State Change"):
        raise UnexpectedEventError(f"event {event.get('id')} is {kind[1]!r} of {kind[0]!r}")
    if not package.startswith(expected) or not package.removeprefix(expected).isdecimal():
        raise UnexpectedEventError(f"event {event.get('id')} is about {package!r}, not about a version of {expected}*")
    return detail


def _start(package: str, stage: str) -> dict[str, Any]:
    client: Any = boto3.client("stepfunctions")
    if stage == PRODUCTION and "SUCCEEDED" not in _statuses(client, package, QA):
        return _nothing(f"version {package} is approved for {PRODUCTION}, and has not passed {QA}")
    attempt = 0
    for status in _statuses(client, package, stage):
        attempt += 1
        if status not in BROKEN_OFF:
            return _nothing(f"execution {_name(package, stage, attempt)} is {status}")
    if attempt == MOST_ATTEMPTS:
        return _nothing(f"{attempt} executions were broken off; start one by hand")
    name = _name(package, stage, attempt + 1)
    request = json.dumps({"ModelPackageArn": package, "Stage": stage})
    try:
        answer = client.start_execution(stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=name, input=request)
    except client.exceptions.ExecutionAlreadyExists:
        # Another delivery of the same event was faster.
        return _nothing(f"execution {name} exists")
    return {"Started": answer["executionArn"], "Reason": "resumed" if attempt else "approved"}


def _statuses(client: Any, package: str, stage: str) -> Iterator[str]:
    """Statuses of the executions of one decision, oldest first."""
    machine = os.environ["STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            found = client.describe_execution(executionArn=f"{machine}:{_name(package, stage, attempt)}")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return
        yield str(found["status"])


def _name(package: str, stage: str, attempt: int) -> str:
    group, version = package.split("/")[1:]
    return f"{group}-v{version}-{stage}-{APPROVED}" + (f"-{attempt}" if attempt > 1 else "")


def _nothing(reason: str) -> dict[str, Any]:
    return {"Started": None, "Reason": reason}

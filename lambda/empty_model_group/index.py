"""CloudFormation custom resource that deletes the versions of a demo's model package group when its stack is deleted.

Property ``ModelPackageGroupName``. SageMaker keeps a group that has versions, and with it the stack. Create and Update
leave the group alone; the physical id is its name, so that after an Update to another group CloudFormation sends a
Delete for the old one. The function needs a timeout of more than a minute.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModelPackageGroup.html
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from typing import Any, Protocol

import boto3
from botocore.exceptions import ClientError

#: Deletion stops when this much time is left, in milliseconds: a slow call and the answer must fit in.
STOP_MARGIN = 60_000

_NEVER_CREATED = "never-created"
# In characters, of which each may be four bytes; the whole response document may have 4096 bytes.
_MAX_REASON = 600
_ATTEMPTS = 3

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)


class Context(Protocol):
    """What is used of https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""

    log_group_name: str
    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out."""


class NotEmptiedError(Exception):
    """Versions are left in the group."""


def handler(event: dict[str, Any], context: Context) -> None:
    """Deletes the versions on Delete, and answers CloudFormation in any case.

    Raises:
        OSError: CloudFormation's URL took no answer; Lambda then sends the event again, as the call is asynchronous.
    """
    physical_id = event.get("PhysicalResourceId", _NEVER_CREATED)
    status, reason = "SUCCESS", ""
    try:
        if event["RequestType"] != "Delete":
            physical_id = _group_name(event)
        elif physical_id != _NEVER_CREATED:
            _empty(_group_name(event), context)
    except Exception as error:
        _log.exception("Request %s failed", event.get("RequestId"))
        status = "FAILED"
        text = " ".join(f"{type(error).__name__}: {error}".split())
        reason = f"{text[:_MAX_REASON]} (log stream {context.log_stream_name} of {context.log_group_name})"
    _answer(event, status, reason, physical_id)


def _group_name(event: dict[str, Any]) -> str:
    name = event["ResourceProperties"].get("ModelPackageGroupName")
    if not isinstance(name, str) or not name:
        raise ValueError("property ModelPackageGroupName is missing; write the name of the group to empty")
    return name


def _empty(group: str, context: Context) -> None:
    """Deletes every version; NotEmptiedError if time runs out."""
    client = boto3.client("sagemaker")
    try:
        while versions := client.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]:
            for each in versions:
                if context.get_remaining_time_in_millis() <= STOP_MARGIN:
                    raise NotEmptiedError(f"model package group {group}: time ran out, versions are left; delete again")
                _delete(client, each["ModelPackageArn"])
    except ClientError as error:
        if not _is_gone(error):
            raise
        _log.info("Model package group %s is gone already", group)


def _delete(client: Any, arn: str) -> None:
    try:
        client.delete_model_package(ModelPackageName=arn)
    except ClientError as error:
        # Deleted by somebody else since it was listed.
        if not _is_gone(error):
            raise


def _is_gone(error: ClientError) -> bool:
    return "does not exist" in error.response["Error"].get("Message", "")


def _answer(event: dict[str, Any], status: str, reason: str, physical_id: str) -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {},
    }
    body = json.dumps(document, ensure_ascii=False)
    _log.info("Answer: %s", body)
    request = urllib.request.Request(
        event["ResponseURL"],
        data=body.encode(),
        method="PUT",
        # The URL is signed for an empty content type; urllib would put its own.
        headers={"Content-Type": ""},
    )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=10):
                return
        except OSError as error:
            _log.warning("Answer, attempt %d: %s", attempt, error)
            if attempt == _ATTEMPTS:
                raise
            time.sleep(attempt)

"""CloudFormation custom resource that puts a pipeline definition into S3.

Properties: ``SourceBucket`` and ``SourceKey`` (the definition with placeholders), ``Bucket`` and ``Key`` (its place),
``Values`` (what the placeholders stand for, by number). A placeholder is an object with one key:
``{"sagemaker-workflows:text": "0"}`` becomes the text, ``{"sagemaker-workflows:number": "1"}`` the number and
``{"sagemaker-workflows:list": "2"}`` the list of texts of that number.

Attribute ``ETag``: that of the object, which changes with its content. The physical id is the object's URI, so that
after an Update to another place CloudFormation sends a Delete for the old one.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from collections.abc import Mapping
from typing import Any, Protocol

import boto3
from botocore.config import Config

_NEVER_CREATED = "never-created"
_PLACEHOLDER = "sagemaker-workflows:"
# In characters, of which each may be four bytes; the whole response document may have 4096 bytes.
_MAX_REASON = 600
_ATTEMPTS = 3

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)


class Context(Protocol):
    """What is used of https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""

    log_group_name: str
    log_stream_name: str


def handler(event: dict[str, Any], context: Context) -> None:
    """Writes the object on Create and Update, deletes it on Delete, and answers CloudFormation in any case.

    Raises:
        OSError: CloudFormation's URL took no answer; Lambda then sends the event again, as the call is asynchronous.
    """
    physical_id = event.get("PhysicalResourceId", _NEVER_CREATED)
    status, reason, data = "SUCCESS", "", {}
    try:
        properties = event["ResourceProperties"]
        if event["RequestType"] != "Delete":
            data = {"ETag": _place(properties)}
            physical_id = f"s3://{properties['Bucket']}/{properties['Key']}"
        elif physical_id != _NEVER_CREATED:
            _client().delete_object(Bucket=properties["Bucket"], Key=properties["Key"])
    except Exception as error:
        _log.exception("Request %s failed", event.get("RequestId"))
        status = "FAILED"
        text = " ".join(f"{type(error).__name__}: {error}".split())
        reason = f"{text[:_MAX_REASON]} (log stream {context.log_stream_name} of {context.log_group_name})"
    _answer(event, status, reason, physical_id, data)


def _place(properties: Mapping[str, Any]) -> str:
    """Writes the definition with its placeholders filled in; gives its ETag."""
    s3 = _client()
    source = s3.get_object(Bucket=properties["SourceBucket"], Key=properties["SourceKey"])["Body"].read()
    definition = fill(json.loads(source), properties.get("Values", {}))
    body = json.dumps(definition, ensure_ascii=False).encode()
    answer = s3.put_object(
        Bucket=properties["Bucket"], Key=properties["Key"], Body=body, ContentType="application/json"
    )
    return str(answer["ETag"]).strip('"')


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """``template`` with each placeholder replaced by its value.

    Raises:
        ValueError: A value is missing, or is not a number where one must be.
    """
    if isinstance(template, list):
        return [fill(each, values) for each in template]
    if not isinstance(template, dict):
        return template
    if len(template) == 1:
        [(key, number)] = template.items()
        if key.startswith(_PLACEHOLDER):
            return _value(key.removeprefix(_PLACEHOLDER), number, values)
    return {key: fill(each, values) for key, each in template.items()}


def _value(kind: str, number: str, values: Mapping[str, Any]) -> Any:
    if number not in values:
        raise ValueError(f"property Values has no {number!r}; the definition and the stack are not of one synthesis")
    value = values[number]
    if kind == "number":
        # CloudFormation hands on every value as text.
        return json.loads(value) if isinstance(value, str) else value
    return value


def _client() -> Any:
    return boto3.client(
        "s3", config=Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"})
    )


def _answer(event: dict[str, Any], status: str, reason: str, physical_id: str, data: dict[str, str]) -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
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

"""CloudFormation custom resource that empties a demo bucket when its stack is deleted.

Property ``BucketName``. Create and Update leave the bucket alone. The physical id is the bucket's name, so that after
an Update to another bucket CloudFormation sends a Delete for the old one. The function needs a timeout of more than two
minutes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

#: Deletion stops when this much time is left, in milliseconds: two slow calls to S3 and the answer must fit in.
STOP_MARGIN = 120_000
#: Counting what is left stops when this much time is left, in milliseconds.
COUNT_MARGIN = 60_000

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
    """Something is left in the bucket."""


def handler(event: dict[str, Any], context: Context) -> None:
    """Empties the bucket on Delete, and answers CloudFormation in any case.

    Raises:
        OSError: CloudFormation's URL took no answer; Lambda then sends the event again, as the call is asynchronous.
    """
    physical_id = event.get("PhysicalResourceId", _NEVER_CREATED)
    status, reason = "SUCCESS", ""
    try:
        if event["RequestType"] != "Delete":
            physical_id = _bucket_name(event)
        elif physical_id != _NEVER_CREATED:
            _empty(_bucket_name(event), context)
    except Exception as error:
        _log.exception("Request %s failed", event.get("RequestId"))
        status = "FAILED"
        text = " ".join(f"{type(error).__name__}: {error}".split())
        reason = f"{text[:_MAX_REASON]} (log stream {context.log_stream_name} of {context.log_group_name})"
    _answer(event, status, reason, physical_id)


def _bucket_name(event: dict[str, Any]) -> str:
    name = event["ResourceProperties"].get("BucketName")
    if not isinstance(name, str) or not name:
        raise ValueError("property BucketName is missing; write the name of the bucket to empty")
    return name


def _empty(bucket: str, context: Context) -> None:
    """Deletes every object version and delete marker, and aborts every multipart upload.

    Raises:
        NotEmptiedError: S3 refused to delete an object, or time ran out.
    """
    s3 = boto3.client(
        "s3", config=Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
    )
    try:
        # Uploads first: one that completes meanwhile would leave an object behind.
        while uploads := _first_uploads(s3, bucket):
            for key, upload_id in uploads:
                _check_time(s3, bucket, context)
                _abort(s3, bucket, key, upload_id)
        while versions := _versions_of(s3.list_object_versions(Bucket=bucket)):
            _check_time(s3, bucket, context)
            _delete(s3, bucket, versions)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        _log.info("Bucket %s is gone already", bucket)


def _versions_of(page: dict[str, Any]) -> list[dict[str, str]]:
    found = page.get("Versions", []) + page.get("DeleteMarkers", [])
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


def _first_uploads(s3: Any, bucket: str) -> list[tuple[str, str]]:
    page = s3.list_multipart_uploads(Bucket=bucket)
    return [(each["Key"], each["UploadId"]) for each in page.get("Uploads", [])]


def _abort(s3: Any, bucket: str, key: str, upload_id: str) -> None:
    try:
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
    except ClientError as error:
        # Completed or aborted by somebody else since it was listed.
        if error.response["Error"]["Code"] != "NoSuchUpload":
            raise


def _delete(s3: Any, bucket: str, versions: list[dict[str, str]]) -> None:
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
    if errors := answer.get("Errors"):
        first = errors[0]
        raise NotEmptiedError(
            f"bucket {bucket}: {len(errors)} object versions were not deleted, the first is {first['Key']!r}: "
            f"{first['Code']}: {first.get('Message', '')}"
        )


def _check_time(s3: Any, bucket: str, context: Context) -> None:
    if context.get_remaining_time_in_millis() > STOP_MARGIN:
        return
    raise NotEmptiedError(f"bucket {bucket}: time ran out, {_left(s3, bucket, context)} are left; delete again")


def _left(s3: Any, bucket: str, context: Context) -> str:
    """What is left, counted as long as there is time."""
    versions, counted = 0, ""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions += len(_versions_of(page))
        if context.get_remaining_time_in_millis() < COUNT_MARGIN:
            counted = "at least "
            break
    uploads = len(_first_uploads(s3, bucket))
    return f"{counted}{versions} object versions and delete markers and {uploads} multipart uploads"


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

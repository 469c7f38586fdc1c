"""What the custom resource deletes, and what it answers to CloudFormation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

BUCKET = "demo-bucket"
MINUTE = 60_000


@dataclass
class Context:
    """A Lambda context whose remaining time is read from a list; the last value stays."""

    remaining: list[int] = field(default_factory=lambda: [15 * MINUTE])
    log_group_name: str = "/group"
    log_stream_name: str = "stream-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining.pop(0) if len(self.remaining) > 1 else self.remaining[0]


class CloudFormation:
    """Takes the answers, as the URL that CloudFormation signs does."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None, bytes]] = []
        self.failures = 0
        takes = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                takes.requests.append((self.path, self.headers["Content-Type"], body))
                self.send_response(500 if len(takes.requests) <= takes.failures else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/answer?signature=x"

    @property
    def answer(self) -> dict[str, Any]:
        """The last answer."""
        document: dict[str, Any] = json.loads(self.requests[-1][2])
        return document


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    receiver = CloudFormation()
    # Polls often, so that shutdown does not wait half a second in each test.
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


@pytest.fixture
def bucket(s3: Any) -> str:
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return BUCKET


@pytest.fixture
def index(load: Callable[[str, str], ModuleType], s3: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("empty_bucket", "index")
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


@pytest.fixture
def pages_of_ten(index: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes S3 list ten versions at a time instead of a thousand."""

    def client(*arguments: Any, **options: Any) -> Any:
        client = boto3.client(*arguments, **options)
        client.meta.events.register(
            "before-parameter-build.s3.ListObjectVersions", lambda params, **_: params.update(MaxKeys=10)
        )
        return client

    monkeypatch.setattr(index, "boto3", SimpleNamespace(client=client))


@pytest.fixture
def send(index: ModuleType, cloudformation: CloudFormation) -> Callable[..., dict[str, Any]]:
    def send(request_type: str, context: Context | None = None, **event: Any) -> dict[str, Any]:
        """Sends a request as CloudFormation would; gives the answer."""
        document = {
            "RequestType": request_type,
            "ResponseURL": cloudformation.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/Demo/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Empty",
            "ResourceType": "Custom::EmptyBucket",
            "ResourceProperties": {"ServiceToken": "arn", "BucketName": BUCKET},
            **({} if request_type == "Create" else {"PhysicalResourceId": BUCKET}),
            **event,
        }
        index.handler(document, context or Context())
        return cloudformation.answer

    return send


def _left(s3: Any) -> int:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
    return sum(len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])) for page in pages)


def _fill(s3: Any, count: int) -> None:
    for number in range(count):
        s3.put_object(Bucket=BUCKET, Key=f"object-{number}", Body=b"")


class _Client:
    """The real client, with some operations replaced."""

    def __init__(self, **operations: Callable[..., Any]) -> None:
        self._client = boto3.client("s3")
        self.__dict__.update(operations)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class TestDelete:
    def test_removes_all_versions_delete_markers_and_uploads(
        self, s3: Any, bucket: str, send: Callable[..., dict[str, Any]]
    ) -> None:
        for body in (b"1", b"2"):
            s3.put_object(Bucket=bucket, Key="a/b", Body=body)
        s3.put_object(Bucket=bucket, Key="ü c", Body=b"")
        s3.delete_object(Bucket=bucket, Key="ü c")
        for key in ("large", "larger"):
            s3.create_multipart_upload(Bucket=bucket, Key=key)

        assert send("Delete")["Status"] == "SUCCESS"
        assert _left(s3) == 0
        assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
        s3.delete_bucket(Bucket=bucket)

    @pytest.mark.usefixtures("bucket", "pages_of_ten")
    def test_removes_more_than_one_page(self, s3: Any, send: Callable[..., dict[str, Any]]) -> None:
        _fill(s3, 25)
        assert send("Delete")["Status"] == "SUCCESS"
        assert _left(s3) == 0

    def test_removes_objects_of_a_bucket_that_was_never_versioned(
        self, s3: Any, send: Callable[..., dict[str, Any]]
    ) -> None:
        s3.create_bucket(Bucket=BUCKET)
        _fill(s3, 2)
        assert send("Delete")["Status"] == "SUCCESS"
        assert _left(s3) == 0

    @pytest.mark.usefixtures("bucket")
    def test_of_an_empty_bucket_succeeds(self, send: Callable[..., dict[str, Any]]) -> None:
        assert send("Delete")["Status"] == "SUCCESS"

    def test_of_a_bucket_that_is_gone_succeeds(self, send: Callable[..., dict[str, Any]]) -> None:
        assert send("Delete")["Status"] == "SUCCESS"

    def test_fails_when_s3_refuses_an_object(
        self,
        s3: Any,
        bucket: str,
        index: ModuleType,
        send: Callable[..., dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        _fill(s3, 2)
        errors = [{"Key": "object-1", "VersionId": "1", "Code": "AccessDenied", "Message": "Access\nDenied"}]
        client = _Client(delete_objects=lambda **_: {"Errors": errors})
        monkeypatch.setattr(index, "boto3", SimpleNamespace(client=lambda *_, **__: client))

        answer = send("Delete", Context([15 * MINUTE, 15 * MINUTE, MINUTE]))
        assert answer["Status"] == "FAILED"
        assert answer["Reason"] == (
            f"NotEmptiedError: bucket {bucket}: 1 object versions were not deleted, the first is 'object-1': "
            "AccessDenied: Access Denied (log stream stream-1 of /group)"
        )

    @pytest.mark.usefixtures("bucket")
    def test_fails_when_it_may_not_list(
        self, index: ModuleType, send: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListObjectVersions")

        client = _Client(list_object_versions=refuse)
        monkeypatch.setattr(index, "boto3", SimpleNamespace(client=lambda *_, **__: client))

        answer = send("Delete")
        assert answer["Status"] == "FAILED"
        assert "AccessDenied" in answer["Reason"]

    def test_stops_before_the_time_runs_out_and_says_how_much_is_left(
        self, s3: Any, bucket: str, pages_of_ten: None, send: Callable[..., dict[str, Any]]
    ) -> None:
        _fill(s3, 25)
        s3.create_multipart_upload(Bucket=bucket, Key="large")

        # Time for one upload and one page.
        answer = send("Delete", Context([5 * MINUTE, 5 * MINUTE, 2 * MINUTE]))
        assert answer["Status"] == "FAILED"
        assert (
            f"bucket {bucket}: time ran out, 15 object versions and delete markers and 0 multipart uploads are left"
            in answer["Reason"]
        )
        assert _left(s3) == 15

    @pytest.mark.usefixtures("bucket", "pages_of_ten")
    def test_does_not_count_longer_than_there_is_time(self, s3: Any, send: Callable[..., dict[str, Any]]) -> None:
        _fill(s3, 25)
        assert "at least 10 object versions" in send("Delete", Context([2 * MINUTE, MINUTE - 1]))["Reason"]


class TestCreateAndUpdate:
    @pytest.mark.parametrize("request_type", ["Create", "Update"])
    @pytest.mark.usefixtures("bucket")
    def test_leave_the_bucket_alone(self, s3: Any, send: Callable[..., dict[str, Any]], request_type: str) -> None:
        _fill(s3, 1)
        assert send(request_type)["Status"] == "SUCCESS"
        assert _left(s3) == 1

    def test_of_another_bucket_changes_the_physical_id_so_that_a_delete_for_the_old_one_follows(
        self, send: Callable[..., dict[str, Any]]
    ) -> None:
        answer = send("Update", ResourceProperties={"BucketName": "new"}, OldResourceProperties={"BucketName": BUCKET})
        assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "new")

    def test_without_a_bucket_name_fails(self, send: Callable[..., dict[str, Any]]) -> None:
        answer = send("Create", ResourceProperties={})
        assert answer["Status"] == "FAILED"
        assert "property BucketName is missing" in answer["Reason"]

    def test_that_failed_can_be_rolled_back(self, send: Callable[..., dict[str, Any]]) -> None:
        physical_id = send("Create", ResourceProperties={})["PhysicalResourceId"]
        assert send("Delete", ResourceProperties={}, PhysicalResourceId=physical_id)["Status"] == "SUCCESS"


class TestAnswer:
    def test_has_the_fields_of_the_protocol(self, send: Callable[..., dict[str, Any]]) -> None:
        assert send("Create") == {
            "Status": "SUCCESS",
            "Reason": "",
            "PhysicalResourceId": BUCKET,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/Demo/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Empty",
            "Data": {},
        }

    def test_goes_to_the_signed_url_without_a_content_type(
        self, cloudformation: CloudFormation, send: Callable[..., dict[str, Any]]
    ) -> None:
        send("Create")
        [(path, content_type, _)] = cloudformation.requests
        assert (path, content_type) == ("/answer?signature=x", "")

    def test_on_delete_keeps_the_physical_id(self, send: Callable[..., dict[str, Any]]) -> None:
        assert send("Delete", PhysicalResourceId="old-id")["PhysicalResourceId"] == "old-id"

    def test_stays_below_the_size_that_cloudformation_takes(
        self,
        cloudformation: CloudFormation,
        send: Callable[..., dict[str, Any]],
        index: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_: Any) -> None:
            raise ValueError("𝄞" * 10_000)

        monkeypatch.setattr(index, "_empty", fail)
        reason = send("Delete")["Reason"]
        assert len(cloudformation.requests[-1][2]) < 4096
        assert reason.endswith("(log stream stream-1 of /group)")

    def test_is_sent_again_when_the_url_fails(
        self, cloudformation: CloudFormation, send: Callable[..., dict[str, Any]]
    ) -> None:
        cloudformation.failures = 2
        assert send("Create")["Status"] == "SUCCESS"
        assert len(cloudformation.requests) == 3

    def test_that_nobody_takes_fails_the_invocation_so_that_lambda_sends_the_event_again(
        self, cloudformation: CloudFormation, send: Callable[..., dict[str, Any]]
    ) -> None:
        cloudformation.failures = 100
        with pytest.raises(OSError, match="500"):
            send("Create")

    def test_keeps_the_signed_url_out_of_the_log(
        self, send: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
    ) -> None:
        send("Create")
        assert "request-1" in caplog.text
        assert "signature" not in caplog.text

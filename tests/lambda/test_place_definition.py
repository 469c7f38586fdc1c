"""What the custom resource writes and deletes, and what it answers to CloudFormation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

BUCKET, ASSETS = "demo-bucket", "assets"
KEY, SOURCE = "pipeline-definitions/p/1.json", "asset.json"
CONTEXT = SimpleNamespace(log_group_name="/group", log_stream_name="stream-1")
DEFINITION = {
    "Version": "2020-12-01",
    "Steps": [
        {"Name": "Train", "RoleArn": {"sagemaker-workflows:text": "0"}, "n": {"sagemaker-workflows:number": "1"}},
        {"Get": "Parameters.P"},
        {"sagemaker-workflows:list": "2"},
    ],
}


class CloudFormation:
    """Takes the answers, as the URL that CloudFormation signs does."""

    def __init__(self) -> None:
        self.answers: list[tuple[str | None, dict[str, Any]]] = []
        self.failures = 0
        self.calls = 0
        takes = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                takes.calls += 1
                fails = takes.calls <= takes.failures
                if not fails:
                    takes.answers.append((self.headers["Content-Type"], json.loads(body)))
                self.send_response(500 if fails else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/answer?signature=x"


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
def index(load: Callable[[str, str], ModuleType], s3: Any, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for bucket in (BUCKET, ASSETS):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=ASSETS, Key=SOURCE, Body=json.dumps(DEFINITION).encode())
    module = load("place_definition", "index")
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


@pytest.fixture
def send(index: ModuleType, cloudformation: CloudFormation) -> Callable[..., dict[str, Any]]:
    def send(request_type: str, properties: dict[str, Any] | None = None, **event: Any) -> dict[str, Any]:
        """Sends a request as CloudFormation would; gives the answer."""
        values = {"0": "arn:aws:iam::1:role/r", "1": "30", "2": ["a", "b"]}
        given = {"SourceBucket": ASSETS, "SourceKey": SOURCE, "Bucket": BUCKET, "Key": KEY, "Values": values}
        document = {
            "RequestType": request_type,
            "ResponseURL": cloudformation.url,
            "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/Demo/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Definition",
            "ResourceProperties": {"ServiceToken": "arn", **given, **(properties or {})},
            **({} if request_type == "Create" else {"PhysicalResourceId": f"s3://{BUCKET}/{KEY}"}),
            **event,
        }
        index.handler(document, CONTEXT)
        content_type, answer = cloudformation.answers[-1]
        assert content_type == ""
        assert {key: answer[key] for key in ("StackId", "RequestId", "LogicalResourceId")} == {
            key: document[key] for key in ("StackId", "RequestId", "LogicalResourceId")
        }
        return answer

    return send


def written(s3: Any) -> Any:
    return json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())


class TestCreate:
    def test_writes_the_definition_with_texts_numbers_and_lists_filled_in(
        self, s3: Any, send: Callable[..., dict[str, Any]]
    ) -> None:
        answer = send("Create")
        assert answer["Status"] == "SUCCESS"
        assert answer["PhysicalResourceId"] == f"s3://{BUCKET}/{KEY}"
        assert written(s3) == {
            "Version": "2020-12-01",
            "Steps": [
                {"Name": "Train", "RoleArn": "arn:aws:iam::1:role/r", "n": 30},
                {"Get": "Parameters.P"},
                ["a", "b"],
            ],
        }

    def test_answers_with_the_object_s_etag(self, s3: Any, send: Callable[..., dict[str, Any]]) -> None:
        answer = send("Create")
        assert f'"{answer["Data"]["ETag"]}"' == s3.head_object(Bucket=BUCKET, Key=KEY)["ETag"]

    @pytest.mark.parametrize("value", ['"', "\\", '", "x": "', "line\nline", "ü", '{"sagemaker-workflows:text": "1"}'])
    def test_a_value_stays_one_text_whatever_it_holds(
        self, s3: Any, send: Callable[..., dict[str, Any]], value: str
    ) -> None:
        assert send("Create", {"Values": {"0": value, "1": "1", "2": []}})["Status"] == "SUCCESS"
        assert written(s3)["Steps"][0] == {"Name": "Train", "RoleArn": value, "n": 1}

    def test_a_definition_without_values_is_copied(self, s3: Any, send: Callable[..., dict[str, Any]]) -> None:
        s3.put_object(Bucket=ASSETS, Key=SOURCE, Body=b'{"Steps": []}')
        assert send("Create", {"Values": {}})["Status"] == "SUCCESS"
        assert written(s3) == {"Steps": []}

    def test_a_value_that_is_missing_fails(self, send: Callable[..., dict[str, Any]]) -> None:
        answer = send("Create", {"Values": {"0": "x", "2": []}})
        assert answer["Status"] == "FAILED"
        assert answer["PhysicalResourceId"] == "never-created"
        assert answer["Reason"] == (
            "ValueError: property Values has no '1'; the definition and the stack are not of one synthesis "
            "(log stream stream-1 of /group)"
        )

    def test_a_number_that_is_none_fails(self, send: Callable[..., dict[str, Any]]) -> None:
        answer = send("Create", {"Values": {"0": "x", "1": "many", "2": []}})
        assert (answer["Status"], answer["Reason"].split(":")[0]) == ("FAILED", "JSONDecodeError")

    def test_a_source_that_is_not_there_fails(self, send: Callable[..., dict[str, Any]]) -> None:
        answer = send("Create", {"SourceKey": "other.json"})
        assert answer["Status"] == "FAILED"
        assert "NoSuchKey" in answer["Reason"]


class TestUpdate:
    def test_another_value_changes_the_etag_and_not_the_place(self, send: Callable[..., dict[str, Any]]) -> None:
        before = send("Create")
        after = send("Update", {"Values": {"0": "other", "1": "30", "2": []}})
        assert after["PhysicalResourceId"] == before["PhysicalResourceId"]
        assert after["Data"]["ETag"] != before["Data"]["ETag"]

    def test_another_place_is_another_resource_so_that_the_old_one_is_deleted(
        self, send: Callable[..., dict[str, Any]]
    ) -> None:
        answer = send("Update", {"Key": "pipeline-definitions/p/2.json"})
        assert answer["PhysicalResourceId"] == f"s3://{BUCKET}/pipeline-definitions/p/2.json"


class TestDelete:
    def test_deletes_the_object(self, s3: Any, send: Callable[..., dict[str, Any]]) -> None:
        send("Create")
        assert send("Delete")["Status"] == "SUCCESS"
        with pytest.raises(ClientError, match="NoSuchKey"):
            written(s3)

    def test_of_an_object_that_is_gone_succeeds(self, send: Callable[..., dict[str, Any]]) -> None:
        assert send("Delete")["Status"] == "SUCCESS"

    def test_of_what_was_never_created_calls_nothing(
        self, index: ModuleType, send: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(index, "_client", lambda: pytest.fail("called S3"))
        answer = send("Delete", PhysicalResourceId="never-created")
        assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "never-created")


class TestAnswer:
    def test_is_sent_again_when_the_url_fails(
        self, cloudformation: CloudFormation, send: Callable[..., dict[str, Any]]
    ) -> None:
        cloudformation.failures = 2
        assert send("Create")["Status"] == "SUCCESS"
        assert cloudformation.calls == 3

    def test_that_never_arrives_fails_the_function(
        self, cloudformation: CloudFormation, send: Callable[..., dict[str, Any]]
    ) -> None:
        cloudformation.failures = 3
        with pytest.raises(OSError, match="500"):
            send("Create")

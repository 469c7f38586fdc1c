"""Batch transform jobs ask the model's container for predictions."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.sagemaker import images

from .conftest import XGBOOST

# Doubles every number; the factor is the model. A request whose body holds "bad" is refused.
SERVER = """
import http.server, os
factor = float(open("/opt/ml/model/factor").read())
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"MaxConcurrentTransforms": 2, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 6}'
        self.answer(200, body if self.path == "/execution-parameters" else b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print("request", len(body.split()), self.headers["Content-Type"], os.environ["SAGEMAKER_BATCH"], flush=True)
        if "bad" in body:
            self.answer(415, b"cannot parse")
        else:
            self.answer(200, "\\n".join(str(factor * float(line)) for line in body.split()).encode())
    def answer(self, status, body):
        self.send_response(status); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def server(program: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets a few lines of Python stand in for the XGBoost image."""

    def use(code: str) -> None:
        monkeypatch.setitem(images.RUNTIMES, "sagemaker-xgboost", images.Runtime(serve=program(code)))

    return use


@pytest.fixture
def transform_job(account: Any, name: str, server: Callable[[str], None]) -> Callable[..., dict[str, Any]]:
    """A request for a transform job on ``in/`` with a model that doubles."""

    def request(*, role: str | None = None, **changes: Any) -> dict[str, Any]:
        server(changes.pop("code", SERVER))
        url = account.put(f"models/{name}/model.tar.gz", archive(factor="2"))
        account.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=role or account.role(),
            PrimaryContainer={"Image": XGBOOST, "ModelDataUrl": url},
        )
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/in/"}}
        return {
            "TransformJobName": name,
            "ModelName": name,
            "TransformInput": {"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
            "TransformOutput": {"S3OutputPath": f"s3://{account.bucket}/out", "AssembleWith": "Line"},
            "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
            **changes,
        }

    return request


def test_writes_one_output_object_for_each_input_object(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n2\n")
    account.put("in/deep/b.csv", "3")
    account.sagemaker.create_transform_job(**transform_job())
    job = account.finished("transform", name)
    assert job["TransformJobStatus"] == "Completed", job
    assert account.keys("out") == ["out/a.csv.out", "out/deep/b.csv.out"]
    assert account.get("out/a.csv.out") == b"2.0\n4.0\n"
    assert account.get("out/deep/b.csv.out") == b"6.0\n"
    lines = account.log_lines("transform", name)
    assert "request 2 text/csv true" in lines
    assert "[sagemaker logs]: MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MultiRecord" in lines


@pytest.mark.parametrize("strategy", ["MultiRecord", "SingleRecord"])
def test_predictions_are_joined_with_the_columns_that_the_model_does_not_get(
    account: Any, transform_job: Any, name: str, strategy: str
) -> None:
    account.put("in/a.csv", "u1,1,x\nu2,2,y\n")
    processing = {"InputFilter": "$[1]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}
    account.sagemaker.create_transform_job(**transform_job(DataProcessing=processing, BatchStrategy=strategy))
    job = account.finished("transform", name)
    assert job["TransformJobStatus"] == "Completed", account.log_lines("transform", name)
    assert job["DataProcessing"] == processing
    assert account.get("out/a.csv.out") == b"u1,2.0\nu2,4.0\n"


def test_a_record_that_does_not_fit_its_filter_fails_the_job(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "u1,1\n")
    account.sagemaker.create_transform_job(**transform_job(DataProcessing={"InputFilter": "$[4]"}))
    assert account.finished("transform", name)["FailureReason"] == "ClientError: See job logs for more information"
    assert any("index 4 is not within the 2 elements" in line for line in account.log_lines("transform", name))


def test_single_record_sends_one_line_at_a_time(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n2\n")
    account.sagemaker.create_transform_job(**transform_job(BatchStrategy="SingleRecord"))
    assert account.finished("transform", name)["TransformJobStatus"] == "Completed"
    assert account.get("out/a.csv.out") == b"2.0\n4.0\n"
    assert account.log_lines("transform", name).count("request 1 text/csv true") == 2


def test_an_object_that_the_model_refuses_fails_the_job_and_only_that_object(
    account: Any, transform_job: Any, name: str
) -> None:
    account.put("in/a.csv", "bad\n")
    account.put("in/b.csv", "4\n")
    account.sagemaker.create_transform_job(**transform_job())
    job = account.finished("transform", name)
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == "ClientError: See job logs for more information"
    assert account.keys("out") == ["out/b.csv.out"]
    assert any(
        "a.csv: Bad HTTP status received from algorithm: 415" in line for line in account.log_lines("transform", name)
    )


def test_fails_when_the_container_does_not_serve(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n")
    account.sagemaker.create_transform_job(**transform_job(code="raise SystemExit(4)"))
    job = account.finished("transform", name)
    assert job["FailureReason"] == "AlgorithmError: The container ended before it served, exit code: 4"


def test_can_be_stopped_and_then_leaves_no_output(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n")
    slow = SERVER.replace("def do_POST(self):", "def do_POST(self):\n        __import__('time').sleep(60)")
    account.sagemaker.create_transform_job(**transform_job(code=slow))
    account.wait("transform", name, lambda job: "TransformStartTime" in job)
    account.sagemaker.stop_transform_job(TransformJobName=name)
    assert account.finished("transform", name)["TransformJobStatus"] == "Stopped"
    assert account.keys("out") == []


def test_runs_with_the_role_of_the_model(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n")
    account.sagemaker.create_transform_job(**transform_job(role=account.role(without="write")))
    assert "s3:PutObject" in account.finished("transform", name)["FailureReason"]


def test_needs_a_model(account: Any, transform_job: Any, name: str) -> None:
    request = transform_job(ModelName="nobody")
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model/nobody"
    with pytest.raises(ClientError, match=f'Could not find model "{arn}"'):
        account.sagemaker.create_transform_job(**request)


def test_a_model_archive_cannot_reach_outside_its_directory(
    account: Any, transform_job: Any, name: str, endpoint: Any
) -> None:
    account.put("in/a.csv", "1\n")
    request = transform_job()
    account.put(f"models/{name}/model.tar.gz", archive(**{"../../escaped": "x"}))
    account.sagemaker.create_transform_job(**request)
    reason = account.finished("transform", name)["FailureReason"]
    assert reason.startswith("ClientError: Failed to extract model data archive")
    assert not list(endpoint.work_dir.rglob("escaped"))


def archive(**files: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for file_name, text in files.items():
            member = tarfile.TarInfo(file_name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"MaxPayloadInMB": 0}, "MaxPayloadInMB = 0"),
        (
            {"TransformResources": {"InstanceCount": 2, "InstanceType": "ml.m5.xlarge"}},
            "TransformResources.InstanceCount = 2",
        ),
    ],
)
def test_a_field_without_local_effect_is_refused_by_name(
    account: Any, transform_job: Any, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ClientError) as caught:
        account.sagemaker.create_transform_job(**transform_job(**change))
    message = caught.value.response["Error"]["Message"]
    assert message == f"CreateTransformJob: {field} is not supported by the local AWS"


def test_an_inference_pipeline_is_refused(account: Any, transform_job: Any, name: str) -> None:
    request = transform_job(ModelName=f"{name}-two")
    container = {"Image": XGBOOST, "ModelDataUrl": f"s3://{account.bucket}/models/{name}/model.tar.gz"}
    account.sagemaker.create_model(
        ModelName=f"{name}-two", ExecutionRoleArn=account.role(), Containers=[container, container]
    )
    with pytest.raises(ClientError, match="has several Containers: not supported by the local AWS"):
        account.sagemaker.create_transform_job(**request)


def test_a_job_name_can_be_used_once(account: Any, transform_job: Any, name: str) -> None:
    account.put("in/a.csv", "1\n")
    request = transform_job()
    account.sagemaker.create_transform_job(**request)
    with pytest.raises(ClientError, match=f"already exists .*transform-job/{name}"):
        account.sagemaker.create_transform_job(**request)
    [listed] = account.sagemaker.list_transform_jobs(NameContains=name)["TransformJobSummaries"]
    assert listed["TransformJobStatus"] in ("InProgress", "Completed")
    account.finished("transform", name)

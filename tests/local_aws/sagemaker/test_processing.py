"""Processing jobs run their script."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Request = Callable[..., dict[str, Any]]

COPY = """
import json, os, pathlib, sys
data = pathlib.Path("/opt/ml/processing/input/code")
out = pathlib.Path("/opt/ml/processing/output/out")
config = json.loads(pathlib.Path("/opt/ml/config/processingjobconfig.json").read_text())
hosts = json.loads(pathlib.Path("/opt/ml/config/resourceconfig.json").read_text())["hosts"]
(out / "nested").mkdir()
facts = {"files": os.listdir(data), "argv": sys.argv[1:], "env": os.environ.get("MODE"),
         "job": config["ProcessingJobName"], "hosts": hosts}
(out / "nested" / "facts.json").write_text(json.dumps(facts))
pathlib.Path("/opt/ml/output/message").write_text("all well")
print("hello from the job")
"""


def test_runs_the_entrypoint_and_uploads_outputs_under_their_relative_paths(
    account: Any, processing_job: Request, name: str
) -> None:
    request = processing_job(COPY, Environment={"MODE": "fast"})
    request["AppSpecification"]["ContainerArguments"] = ["--flag", "x y"]
    account.sagemaker.create_processing_job(**request)

    job = account.finished("processing", name)

    assert job["ProcessingJobStatus"] == "Completed", job
    assert job["ExitMessage"] == "all well"
    assert job["Environment"] == {"MODE": "fast"}
    assert job["CreationTime"] <= job["ProcessingStartTime"] <= job["ProcessingEndTime"]
    assert account.keys("out") == ["out/nested/facts.json"]
    facts = json.loads(account.get("out/nested/facts.json"))
    assert facts == {
        "files": ["script.py"],
        "argv": ["--flag", "x y"],
        "env": "fast",
        "job": name,
        "hosts": ["algo-1"],
    }


def test_is_in_progress_first_and_writes_its_log(account: Any, processing_job: Request, name: str) -> None:
    account.sagemaker.create_processing_job(**processing_job(COPY))
    job = account.describe("processing", name)
    assert job["ProcessingJobStatus"] == "InProgress"
    assert "ProcessingEndTime" not in job
    account.finished("processing", name)
    assert "hello from the job" in account.log_lines("processing", name)


def test_fails_with_the_exit_status_of_the_script_and_keeps_its_files(
    account: Any, processing_job: Request, name: str, endpoint: Any
) -> None:
    account.sagemaker.create_processing_job(**processing_job("print('oh'); raise SystemExit(3)"))
    job = account.finished("processing", name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: See job logs for more information, exit code: 3"
    assert account.keys("out") == []
    assert (endpoint.work_dir / "jobs" / "processing" / name / "log").read_text() == "oh\n"


def test_keeps_nothing_but_its_log_after_success(
    account: Any, processing_job: Request, name: str, endpoint: Any
) -> None:
    account.sagemaker.create_processing_job(**processing_job("print('well done')"))
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Completed"
    folder = endpoint.work_dir / "jobs" / "processing" / name
    assert [each.name for each in folder.iterdir()] == ["log"]
    assert (folder / "log").read_text() == "well done\n"


def test_fails_when_there_is_no_input_object(account: Any, processing_job: Request, name: str) -> None:
    request = processing_job("pass")
    request["ProcessingInputs"][0]["S3Input"]["S3Uri"] = f"s3://{account.bucket}/nothing/"
    account.sagemaker.create_processing_job(**request)
    reason = account.finished("processing", name)["FailureReason"]
    assert reason.startswith("ClientError: Data download failed: No S3 objects found under S3 URL")


def test_is_stopped_when_it_runs_too_long(account: Any, processing_job: Request, name: str) -> None:
    script = "import time; time.sleep(60)"
    account.sagemaker.create_processing_job(**processing_job(script, StoppingCondition={"MaxRuntimeInSeconds": 1}))
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Stopped"


def test_can_be_stopped(account: Any, processing_job: Request, name: str) -> None:
    account.sagemaker.create_processing_job(**processing_job("import time; time.sleep(60)"))
    account.sagemaker.stop_processing_job(ProcessingJobName=name)
    assert account.describe("processing", name)["ProcessingJobStatus"] in ("Stopping", "Stopped")
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Stopped"
    with pytest.raises(ClientError, match="rejected because the processing job is in status Stopped"):
        account.sagemaker.stop_processing_job(ProcessingJobName=name)


@pytest.mark.parametrize(
    ("permission", "named"),
    [
        ("read", "s3:GetObject|Forbidden|AccessDenied"),
        ("list", "s3:ListBucket"),
        ("write", "s3:PutObject"),
        ("login", "ecr:GetAuthorizationToken"),
        ("pull", "ecr:BatchCheckLayerAvailability"),
    ],
)
def test_fails_without_a_permission_of_its_role(
    account: Any, processing_job: Request, name: str, permission: str, named: str
) -> None:
    request = processing_job(COPY, RoleArn=account.role(without=permission))
    account.sagemaker.create_processing_job(**request)
    job = account.finished("processing", name)
    assert job["ProcessingJobStatus"] == "Failed"
    assert any(each in job["FailureReason"] for each in named.split("|")), job["FailureReason"]


def test_does_not_fail_when_it_may_not_write_logs(
    account: Any, processing_job: Request, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    account.sagemaker.create_processing_job(**processing_job("print(1)", RoleArn=account.role(without="logs")))
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Completed"
    assert "no logs in CloudWatch Logs" in caplog.text


def test_an_isolated_job_has_neither_network_nor_credentials(account: Any, processing_job: Request, name: str) -> None:
    script = """
import os, socket
assert "AWS_ACCESS_KEY_ID" not in os.environ
try:
    socket.create_connection(("127.0.0.1", PORT), 2)
except OSError:
    raise SystemExit(0)
raise SystemExit("reached the network")
""".replace("PORT", account.s3.meta.endpoint_url.rsplit(":")[-1])
    request = processing_job(script, NetworkConfig={"EnableNetworkIsolation": True})
    account.sagemaker.create_processing_job(**request)
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Completed"

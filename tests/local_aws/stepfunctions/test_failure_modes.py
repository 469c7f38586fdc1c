"""Whatever goes wrong, the execution ends in a defined state, no job name is used twice, and no job is left running."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

ACCOUNT = "123456789012"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
# The library's expression: execution, state, time of entry, retry count.
NAME = (
    "States.Format('fm-{}', States.Hash(States.Format('{}/{}/{}/{}', $$.Execution.Id, $$.State.Name, "
    "$$.State.EnteredTime, $$.State.RetryCount), 'MD5'))"
)
RETRY = [
    {"ErrorEquals": ["SageMaker.AmazonSageMakerException"], "IntervalSeconds": 1, "MaxAttempts": 2},
    {"ErrorEquals": ["SageMaker.ResourceLimitExceededException"], "IntervalSeconds": 1, "MaxAttempts": 2},
    {"ErrorEquals": ["States.Timeout", "States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 1},
]


@pytest.fixture
def job_role(machines: Any, allow: Callable[..., Any]) -> str:
    return str(machines.role(allow(["ecr:*", "logs:*", "s3:*"]), service="sagemaker.amazonaws.com"))


@pytest.fixture
def role(machines: Any, allow: Callable[..., Any], job_role: str) -> str:
    passed = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    return str(machines.role(allow(["sagemaker:*", "events:*"]), allow("iam:PassRole", job_role, Condition=passed)))


@pytest.fixture
def start(machines: Any, job_role: str, role: str) -> Callable[..., str]:
    """Starts an execution whose only state runs ``code`` as a processing job, and retries as above."""

    def run(code: str, **fields: Any) -> str:
        state = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createProcessingJob.sync",
            "Parameters": {
                "ProcessingJobName.$": NAME,
                "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", "-c", code]},
                "ProcessingResources": {
                    "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1}
                },
                "RoleArn": job_role,
            },
            "Retry": RETRY,
            "End": True,
            **fields,
        }
        machine = machines.create({"Job": state}, role=role)
        return str(machines.client.start_execution(stateMachineArn=machine)["executionArn"])

    return run


@pytest.fixture
def jobs(aws: LocalAws, machines: Any) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The jobs of this test, in the order of creation; at the end none of them may run."""
    client = aws.client("sagemaker")
    before = {each["ProcessingJobName"] for each in _all(client)}

    def found() -> list[dict[str, Any]]:
        new = [each for each in _all(client) if each["ProcessingJobName"] not in before]
        return sorted(new, key=lambda each: each["CreationTime"])

    yield found
    for _ in range(200):
        if not {each["ProcessingJobStatus"] for each in found()} & {"InProgress", "Stopping"}:
            break
        time.sleep(0.05)
    assert not {each["ProcessingJobStatus"] for each in found()} & {"InProgress", "Stopping"}
    names = [each["ProcessingJobName"] for each in found()]
    assert len(names) == len(set(names))


def _all(client: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_processing_jobs").paginate()
    return list(pages.search("ProcessingJobSummaries"))


@contextlib.contextmanager
def refused(aws: LocalAws, role: str, code: str, times: int) -> Iterator[list[str]]:
    """SageMaker refuses the first calls of the role with ``code``; gives the job names that were asked for."""
    client = aws.sessions.client("sagemaker", role_arn=role, session_name="StepFunctions")
    original, asked = client.create_processing_job, []

    def create(**request: Any) -> Any:
        asked.append(request["ProcessingJobName"])
        if len(asked) <= times:
            error: Any = {"Error": {"Code": code, "Message": "injected"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(error, "CreateProcessingJob")
        return original(**request)

    client.create_processing_job = create
    try:
        yield asked
    finally:
        client.create_processing_job = original


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceLimitExceeded"])
def test_a_call_that_is_refused_for_a_while_is_made_again_under_a_new_name(
    machines: Any, role: str, start: Callable[..., str], jobs: Callable[..., Any], code: str
) -> None:
    with refused(machines.aws, role, code, times=2) as asked:
        description = machines.wait(start("pass"))
    assert description["status"] == "SUCCEEDED"
    assert len(set(asked)) == 3
    assert [each["ProcessingJobName"] for each in jobs()] == [asked[-1]]


def test_a_quota_that_stays_exhausted_fails_the_execution_by_its_name(
    machines: Any, role: str, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    with refused(machines.aws, role, "ResourceLimitExceeded", times=9) as asked:
        description = machines.wait(start("pass"))
    assert (description["status"], description["error"]) == ("FAILED", "SageMaker.ResourceLimitExceededException")
    assert (len(asked), jobs()) == (3, [])


def test_a_failed_job_may_be_retried_under_a_new_name(
    machines: Any, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    description = machines.wait(start("raise SystemExit(1)"))
    assert (description["status"], description["error"]) == ("FAILED", "States.TaskFailed")
    assert [each["ProcessingJobStatus"] for each in jobs()] == ["Failed", "Failed"]


def test_a_job_that_somebody_stops_fails_the_task(
    aws: LocalAws, machines: Any, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    execution = start("import time; time.sleep(60)", Retry=[])
    [job] = _wait(jobs)
    aws.client("sagemaker").stop_processing_job(ProcessingJobName=job["ProcessingJobName"])
    description = machines.wait(execution)
    assert (description["status"], description["error"]) == ("FAILED", "States.TaskFailed")
    assert '"ProcessingJobStatus":"Stopped"' in description["cause"]


def test_a_task_over_its_time_stops_its_job_and_may_be_retried_under_a_new_name(
    machines: Any, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    description = machines.wait(start("import time; time.sleep(60)", TimeoutSeconds=2))
    assert (description["status"], description["error"]) == ("FAILED", "States.Timeout")
    assert len(jobs()) == 2


def test_a_container_that_is_killed_fails_the_job(
    machines: Any, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    marker = f"import time; time.sleep(60)  # {os.getpid()} killed"
    execution = start(marker, Retry=[])
    _wait(jobs)
    for process in _wait(lambda: [each for each in psutil.process_iter(["cmdline"]) if _runs(each, marker)]):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    description = machines.wait(execution)
    assert (description["status"], description["error"]) == ("FAILED", "States.TaskFailed")
    assert [each["ProcessingJobStatus"] for each in jobs()] == ["Failed"]


def test_stopping_the_execution_stops_its_job(
    machines: Any, start: Callable[..., str], jobs: Callable[..., Any]
) -> None:
    execution = start("import time; time.sleep(60)")
    _wait(jobs)
    machines.client.stop_execution(executionArn=execution)
    assert machines.wait(execution)["status"] == "ABORTED"


def _runs(process: Any, marker: str) -> bool:
    command = process.info["cmdline"] or []
    return bool(command[-1:] == [marker] and "python" in command[0])


def _wait(look: Callable[[], list[Any]]) -> list[Any]:
    for _ in range(400):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing was found")

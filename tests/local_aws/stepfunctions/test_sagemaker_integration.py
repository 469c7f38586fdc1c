"""Tasks on SageMaker, with processing jobs that are one line of Python."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

ACCOUNT = "123456789012"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule"


@pytest.fixture
def job_role(machines: Any, allow: Callable[..., Any]) -> str:
    return str(machines.role(allow(["ecr:*", "logs:*", "s3:*"]), service="sagemaker.amazonaws.com"))


@pytest.fixture
def statements(job_role: str, allow: Callable[..., Any]) -> list[dict[str, Any]]:
    """What a processing task needs, one action a statement."""
    jobs = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:processing-job/t-*"
    actions = ["CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob", "AddTags"]
    passed = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    return [
        *(allow(f"sagemaker:{each}", jobs) for each in actions),
        allow("iam:PassRole", job_role, Condition=passed),
        *(allow(f"events:{each}", RULE) for each in ("PutTargets", "PutRule", "DescribeRule")),
    ]


def processing(job_role: str, code: str, *, sync: bool = True, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::sagemaker:createProcessingJob{'.sync' if sync else ''}",
        "Parameters": {
            "ProcessingJobName.$": "States.Format('t-{}', States.Hash($$.Execution.Id, 'MD5'))",
            "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", "-c", code]},
            "ProcessingResources": {
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1}
            },
            "RoleArn": job_role,
        },
        "End": True,
        **fields,
    }


def without(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    kept = [each for each in statements if each["Action"] != action]
    assert len(kept) == len(statements) - 1
    return kept


def test_sync_waits_for_the_job_and_outputs_its_description(
    machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    output = machines.output({"Job": processing(job_role, "pass")}, *statements)
    assert output["ProcessingJobStatus"] == "Completed"
    assert isinstance(output["ProcessingEndTime"], int)
    assert output["ProcessingEndTime"] > 1_700_000_000_000


def test_request_response_outputs_the_answer_of_the_api(
    machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    output = machines.output({"Job": processing(job_role, "pass", sync=False)}, *statements)
    assert output["ProcessingJobArn"].startswith(f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:processing-job/t-")
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200


def test_what_step_functions_starts_carries_its_tag(
    aws: LocalAws, machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    output = machines.output({"Job": processing(job_role, "pass")}, *statements)
    tags = aws.client("sagemaker").list_tags(ResourceArn=output["ProcessingJobArn"])["Tags"]
    assert {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"} in tags


def test_a_failed_job_fails_the_task_with_its_description(
    machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    description = machines.run({"Job": processing(job_role, "raise SystemExit(3)")}, *statements)
    assert (description["status"], description["error"]) == ("FAILED", "States.TaskFailed")
    job = json.loads(description["cause"])
    assert job["ProcessingJobStatus"] == "Failed"
    assert "3" in job["FailureReason"]


@pytest.mark.parametrize("action", ["sagemaker:CreateProcessingJob", "sagemaker:AddTags", "iam:PassRole"])
def test_a_call_that_the_role_may_not_make_is_an_error_of_the_service(
    machines: Any, job_role: str, statements: list[dict[str, Any]], action: str
) -> None:
    description = machines.run({"Job": processing(job_role, "pass")}, *without(statements, action))
    assert description["error"] == "SageMaker.AmazonSageMakerException"
    assert f"is not authorized to perform: {action} on resource" in description["cause"]
    assert "(Service: AmazonSageMaker; Status Code: 400; Error Code: AccessDeniedException;" in description["cause"]


def test_a_job_name_that_is_taken_is_an_error_of_the_service(
    machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    states = {"A": processing(job_role, "pass", Next="B"), "B": processing(job_role, "pass")}
    del states["A"]["End"]
    description = machines.run(states, *statements)
    assert description["error"] == "SageMaker.AmazonSageMakerException"
    assert "Error Code: ResourceInUse" in description["cause"]


def test_a_parameter_of_the_wrong_type_cannot_start_the_task(
    machines: Any, job_role: str, statements: list[dict[str, Any]]
) -> None:
    state = processing(job_role, "pass")
    state["Parameters"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = "many"
    description = machines.run({"Job": state}, *statements)
    assert description["error"] == "States.Runtime"
    assert "InstanceCount" in description["cause"]


def job_name(execution: str) -> str:
    return f"t-{hashlib.md5(execution.encode()).hexdigest()}"


def wait_for_job(aws: LocalAws, execution: str) -> None:
    """Returns as soon as the execution has created its job: before it waits for it, as often as not."""
    while not aws.client("sagemaker").list_processing_jobs(NameContains=job_name(execution))["ProcessingJobSummaries"]:
        time.sleep(0.01)


def job_status_of(description: dict[str, Any], machines: Any) -> str:
    """Status of the job that the execution started, once it is final."""
    name = job_name(description["executionArn"])
    for _ in range(100):
        job = machines.aws.client("sagemaker").describe_processing_job(ProcessingJobName=name)
        if job["ProcessingJobStatus"] not in ("InProgress", "Stopping"):
            break
        time.sleep(0.05)
    return str(job["ProcessingJobStatus"])


def test_a_task_that_times_out_stops_its_job(machines: Any, job_role: str, statements: list[dict[str, Any]]) -> None:
    state = processing(job_role, "import time; time.sleep(60)", TimeoutSeconds=2)
    description = machines.run({"Job": state}, *statements)
    assert (description["status"], description["error"]) == ("FAILED", "States.Timeout")
    assert job_status_of(description, machines) == "Stopped"


def test_stopping_the_execution_stops_its_job(machines: Any, job_role: str, statements: list[dict[str, Any]]) -> None:
    state = processing(job_role, "import time; time.sleep(60)")
    machine = machines.create({"Job": state}, role=machines.role(*statements))
    execution = machines.client.start_execution(stateMachineArn=machine)["executionArn"]
    wait_for_job(machines.aws, execution)
    machines.client.stop_execution(executionArn=execution)
    description = machines.wait(execution)
    assert description["status"] == "ABORTED"
    assert job_status_of(description, machines) == "Stopped"


def test_stopping_the_execution_while_the_job_is_being_created_stops_it_too(
    machines: Any, job_role: str, statements: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from local_aws.stepfunctions.integration import SageMakerTask

    created, stopped = threading.Event(), threading.Event()
    create = SageMakerTask._eval_service_task

    def slow(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        created.set()
        stopped.wait(20)

    monkeypatch.setattr(SageMakerTask, "_eval_service_task", slow)
    machine = machines.create(
        {"Job": processing(job_role, "import time; time.sleep(60)")}, role=machines.role(*statements)
    )
    execution = machines.client.start_execution(stateMachineArn=machine)["executionArn"]
    assert created.wait(20)
    machines.client.stop_execution(executionArn=execution)
    stopped.set()
    assert job_status_of(machines.wait(execution), machines) == "Stopped"


def test_throttling_can_be_retried_by_the_name_of_the_error(
    aws: LocalAws, machines: Any, job_role: str, statements: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    calls: list[int] = []
    role = machines.role(*statements)
    client = aws.sessions.client("sagemaker", role_arn=role, session_name="StepFunctions")
    create = client.create_processing_job

    def throttled_once(**request: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            error: Any = {
                "Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            raise ClientError(error, "CreateProcessingJob")
        return create(**request)

    monkeypatch.setattr(client, "create_processing_job", throttled_once)
    retry = {"ErrorEquals": ["SageMaker.AmazonSageMakerException"], "IntervalSeconds": 1, "MaxAttempts": 1}
    machine = machines.create({"Job": processing(job_role, "pass", Retry=[retry])}, role=role)
    description = machines.wait(machines.client.start_execution(stateMachineArn=machine)["executionArn"])
    assert (description["status"], len(calls)) == ("SUCCEEDED", 2)

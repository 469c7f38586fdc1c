"""A Callback step in an execution, through the API only, with a worker in a process of its own."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

Worker = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def execution(aws: LocalAws, queue: str, role: Callable[[str, list[str]], str]) -> Callable[..., str]:
    """Starts an execution of a pipeline that asks a worker and then branches; returns its ARN."""
    answer = {"Get": "Steps.Ask.OutputParameters['approved']"}
    refuse = {"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": "refused"}}
    steps: list[dict[str, Any]] = [
        {
            "Name": "Ask",
            "Type": "Callback",
            "SqsQueueUrl": queue,
            "Arguments": {"rows": {"Get": "Parameters.Rows"}},
            "OutputParameters": [{"OutputName": "approved", "OutputType": "Boolean"}],
        },
        {
            "Name": "Gate",
            "Type": "Condition",
            "Arguments": {
                "Conditions": [{"Type": "Equals", "LeftValue": answer, "RightValue": True}],
                "IfSteps": [],
                "ElseSteps": [refuse],
            },
        },
    ]
    parameters = [{"Name": "Rows", "Type": "Integer", "DefaultValue": 7}]

    def start(*, may: list[str]) -> str:
        sagemaker, name = aws.sessions.client("sagemaker"), f"ask-{uuid.uuid4().hex[:8]}"
        sagemaker.create_pipeline(
            PipelineName=name,
            PipelineDefinition=json.dumps({"Version": "2020-12-01", "Parameters": parameters, "Steps": steps}),
            RoleArn=role("sagemaker.amazonaws.com", may),
            ClientRequestToken="c" * 32,
        )
        arn: str = sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
        return arn

    return start


def _status(aws: LocalAws, arn: str) -> str:
    found = aws.sessions.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=arn)
    return str(found["PipelineExecutionStatus"])


def _ended(aws: LocalAws, arn: str) -> str:
    until = time.monotonic() + 20
    while (status := _status(aws, arn)) in ("Executing", "Stopping"):
        assert time.monotonic() < until, status
        time.sleep(0.05)
    return status


def _steps(aws: LocalAws, arn: str) -> dict[str, dict[str, Any]]:
    found = aws.sessions.client("sagemaker").list_pipeline_execution_steps(PipelineExecutionArn=arn)
    return {each["StepName"]: each for each in found["PipelineExecutionSteps"]}


def test_the_worker_decides_which_branch_is_taken(
    aws: LocalAws, queue: str, worker: Worker, execution: Callable[..., str]
) -> None:
    process = worker({"OutputParameters": [{"Name": "approved", "Value": "true"}]})
    arn = execution(may=["sqs:SendMessage"])
    assert _ended(aws, arn) == "Succeeded"
    message = json.loads(process.communicate(timeout=20)[0])
    assert (message["pipelineExecutionArn"], message["arguments"]) == (arn, {"rows": 7})
    steps = _steps(aws, arn)
    assert steps["Ask"]["Metadata"]["Callback"] == {
        "CallbackToken": message["token"],
        "SqsQueueUrl": queue,
        "OutputParameters": [{"Name": "approved", "Value": "true"}],
    }
    assert steps["Gate"]["Metadata"]["Condition"]["Outcome"] == "True"


def test_a_worker_that_fails_the_step_fails_the_execution(
    aws: LocalAws, worker: Worker, execution: Callable[..., str]
) -> None:
    worker({"FailureReason": "no such cluster"})
    arn = execution(may=["sqs:SendMessage"])
    assert _ended(aws, arn) == "Failed"
    assert "no such cluster" in _steps(aws, arn)["Ask"]["FailureReason"]


def test_a_stop_waits_for_the_answer_of_the_worker(
    aws: LocalAws, worker: Worker, execution: Callable[..., str]
) -> None:
    sagemaker = aws.sessions.client("sagemaker")
    arn = execution(may=["sqs:SendMessage"])
    while "Metadata" not in _steps(aws, arn).get("Ask", {}):
        time.sleep(0.05)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    time.sleep(0.7)
    assert (_status(aws, arn), _steps(aws, arn)["Ask"]["StepStatus"]) == ("Stopping", "Stopping")
    process = worker({}, status="Stopping")
    assert _ended(aws, arn) == "Stopped"
    assert [json.loads(line)["status"] for line in process.communicate(timeout=20)[0].splitlines()] == [
        "Executing",
        "Stopping",
    ]
    steps = _steps(aws, arn)
    assert (list(steps), steps["Ask"]["StepStatus"]) == (["Ask"], "Stopped")
    token = steps["Ask"]["Metadata"]["Callback"]["CallbackToken"]
    with pytest.raises(ClientError, match="ConflictException"):
        sagemaker.send_pipeline_execution_step_success(CallbackToken=token)


def test_without_the_permission_to_send_the_execution_fails(aws: LocalAws, execution: Callable[..., str]) -> None:
    arn = execution(may=["sqs:ReceiveMessage"])
    assert _ended(aws, arn) == "Failed"
    assert "AccessDenied" in _steps(aws, arn)["Ask"]["FailureReason"]
    assert "sqs:SendMessage" in _steps(aws, arn)["Ask"]["FailureReason"]

"""An execution of a pipeline as a run follows it: through the public API of the local AWS."""

from __future__ import annotations

import io
import json
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.app import pipeline_execution
from local_aws.app.pipeline_execution import Listener, PipelineResult, StepResult
from local_aws.base.errors import LocalAwsError
from local_aws.sagemaker.pipelines.steps import EXECUTORS
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun

SPARK = {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", "s3://bucket/job.py"]}}
EMR = {"Name": "Spark", "Type": "EMR", "Arguments": {"ClusterId": "j-1", "StepConfig": SPARK}}


@pytest.fixture(scope="module")
def role(aws: LocalAws, local_aws: str) -> str:
    """A role for everything, of pipelines and functions."""
    iam = aws.client("iam")
    services = ["sagemaker.amazonaws.com", "lambda.amazonaws.com"]
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    arn: str = iam.create_role(RoleName="everything", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="everything", PolicyName="inline", PolicyDocument=_policy(allowed))
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def function(aws: LocalAws, role: str) -> str:
    """A function that waits ``seconds`` and returns ``mse`` of its event."""
    code = "import time\ndef handler(event, _):\n    time.sleep(event.get('seconds', 0))\n    return event"
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", code)
    arn: str = aws.client("lambda").create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=20,
    )["FunctionArn"]
    return arn


@pytest.fixture
def pipeline(aws: LocalAws, role: str) -> Callable[..., str]:
    """Creates a pipeline of steps and parameters and returns its name."""

    def create(*steps: dict[str, Any], parameters: list[dict[str, Any]] | None = None) -> str:
        name = f"pipeline-{uuid.uuid4().hex[:8]}"
        document = {"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters or [], "Steps": list(steps)}
        aws.client("sagemaker").create_pipeline(
            PipelineName=name, PipelineDefinition=json.dumps(document), RoleArn=role, ClientRequestToken="c" * 32
        )
        return name

    return create


@pytest.fixture
def judged(pipeline: Callable[..., str], function: str) -> str:
    """Measures, and approves what is not above a threshold; else it fails."""
    threshold = {"Get": "Parameters.Threshold"}
    measure = {
        "Name": "Measure",
        "Type": "Lambda",
        "FunctionArn": function,
        "Arguments": {"mse": 5},
        "OutputParameters": [{"OutputName": "mse", "OutputType": "Float"}],
    }
    approve = {"Name": "Approve", "Type": "Lambda", "FunctionArn": function, "Arguments": {}}
    message = {"Std:Join": {"On": " ", "Values": ["the error is above", threshold]}}
    mse = {"Get": "Steps.Measure.OutputParameters['mse']"}
    gate = {
        "Name": "Gate",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [{"Type": "LessThanOrEqualTo", "LeftValue": mse, "RightValue": threshold}],
            "IfSteps": [approve],
            "ElseSteps": [{"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": message}}],
        },
    }
    parameters = [
        {"Name": "Threshold", "Type": "Float", "DefaultValue": 6.0},
        {"Name": "Team", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
    ]
    return pipeline(measure, gate, parameters=parameters)


def _run(
    aws: LocalAws,
    name: str,
    listener: Listener | None = None,
    *,
    skip: tuple[str, ...] = (),
    parameters: dict[str, str] | None = None,
) -> PipelineResult:
    arn = pipeline_execution.start(
        aws, pipeline=name, display_name="today", parameters=parameters or {}, skip_steps=skip
    )
    return pipeline_execution.follow(aws, arn, listener or Listener())


def test_the_result_tells_of_steps_parameters_and_outcomes(aws: LocalAws, judged: str, function: str) -> None:
    result = _run(aws, judged)
    assert result.succeeded
    assert [(each.name, each.type, each.status) for each in result.steps] == [
        ("Measure", "Lambda", "Succeeded"),
        ("Gate", "Condition", "Succeeded"),
        ("Approve", "Lambda", "Succeeded"),
    ]
    assert [each.made for each in result.steps] == ["function:echo", "outcome True", "function:echo"]
    document = result.document()
    assert document["pipeline"] == judged
    assert document["pipelineExecutionArn"].startswith(f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{judged}/")
    assert document["parameters"] == {"Threshold": 6.0, "Team": "a"}
    assert document["steps"][1]["outcome"] == "True"
    assert document["steps"][0]["arn"] == function
    assert "failureReason" not in document


def test_a_failed_execution_says_why(aws: LocalAws, judged: str) -> None:
    result = _run(aws, judged, parameters={"Threshold": "4.5", "Team": "b"})
    assert (result.status, result.succeeded) == ("Failed", False)
    assert [each.made for each in result.steps if each.name == "Gate"] == ["outcome False"]
    [refuse] = [each for each in result.steps if each.name == "Refuse"]
    assert refuse.status == "Failed"
    assert "the error is above 4.5" in str(refuse.reason)
    assert "the error is above 4.5" in result.document()["failureReason"]
    assert result.parameters == {"Threshold": 4.5, "Team": "b"}


def test_a_listener_is_told_of_each_step_once(aws: LocalAws, judged: str) -> None:
    told: list[tuple[str, str]] = []
    listener = Listener(
        step_started=lambda step: told.append(("started", step.name)),
        step_ended=lambda step: told.append((step.status, step.name)),
    )
    _run(aws, judged, listener)
    assert sorted(told) == sorted(
        (kind, name) for kind in ("started", "Succeeded") for name in ("Measure", "Gate", "Approve")
    )


def test_a_listener_is_told_of_each_further_attempt(
    aws: LocalAws, pipeline: Callable[..., str], function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [StepFailedError("slow down", exception_type="Step.THROTTLING")]

    def execute(run: StepRun) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {}

    monkeypatch.setitem(EXECUTORS, "Lambda", execute)
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 0}
    told: list[tuple[str, int]] = []
    listener = Listener(step_retried=lambda step: told.append((step.name, step.attempts)))
    _run(aws, pipeline({"Name": "A", "Type": "Lambda", "FunctionArn": function, "RetryPolicies": [policy]}), listener)
    assert told == [("A", 2)]


def test_a_callback_that_waits_is_told_with_its_token(aws: LocalAws, pipeline: Callable[..., str]) -> None:
    queue = aws.client("sqs").create_queue(QueueName="asked")["QueueUrl"]
    waited: list[str] = []

    def answer(step: StepResult) -> None:
        waited.append(step.name)
        aws.client("sagemaker").send_pipeline_execution_step_success(CallbackToken=step.callback_token)

    result = _run(
        aws, pipeline({"Name": "Ask", "Type": "Callback", "SqsQueueUrl": queue}), Listener(callback_waits=answer)
    )
    assert result.succeeded
    assert waited == ["Ask"]


def test_a_stopped_execution_ends_as_stopped(aws: LocalAws, pipeline: Callable[..., str], function: str) -> None:
    slow = {"Name": "Slow", "Type": "Lambda", "FunctionArn": function, "Arguments": {"seconds": 1}}
    name = pipeline(slow, {"Name": "Next", "Type": "Lambda", "FunctionArn": function, "DependsOn": ["Slow"]})
    arn = pipeline_execution.start(aws, pipeline=name, display_name="today", parameters={})
    threading.Timer(0.3, pipeline_execution.stop, args=[aws, arn]).start()
    result = pipeline_execution.follow(aws, arn, Listener())
    assert (result.status, [each.name for each in result.steps]) == ("Stopped", ["Slow"])


def test_a_step_that_is_not_available_locally_can_be_left_out_by_its_name(
    aws: LocalAws, pipeline: Callable[..., str], function: str
) -> None:
    name = pipeline(EMR, {"Name": "Next", "Type": "Lambda", "FunctionArn": function, "DependsOn": ["Spark"]})
    with pytest.raises(LocalAwsError) as refusal:
        _run(aws, name)
    assert str(refusal.value) == (f"pipeline {name}: steps not available locally: Spark (EMR); add --skip-step Spark")
    result = _run(aws, name, skip=("Spark",))
    assert [each.name for each in result.steps] == ["Next"]
    assert result.document()["skippedSteps"] == ["Spark"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Treshold": "4"}, "Unknown pipeline parameters: [Treshold]; declared: Threshold, Team"),
        ({"Threshold": "low"}, "parameter 'Threshold': 'low' is no Float"),
        ({"Team": "c"}, "parameter 'Team': 'c' is none of a, b"),
    ],
)
def test_a_wrong_parameter_is_one_line_before_anything_starts(
    aws: LocalAws, given: dict[str, str], message: str, judged: str
) -> None:
    with pytest.raises(LocalAwsError) as mistake:
        _run(aws, judged, parameters=given)
    assert str(mistake.value) == f"--pipeline-parameter: pipeline {judged}: {message}"
    found = aws.client("sagemaker").list_pipeline_executions(PipelineName=judged)
    assert found["PipelineExecutionSummaries"] == []


def test_a_step_to_leave_out_that_is_not_there_is_answered_with_those_that_are(aws: LocalAws, judged: str) -> None:
    with pytest.raises(LocalAwsError, match=r"--skip-step Spark: .* \(its steps: Measure, Gate, Approve, Refuse\)"):
        _run(aws, judged, skip=("Spark",))


def test_the_name_of_an_execution_is_checked(aws: LocalAws, judged: str) -> None:
    with pytest.raises(LocalAwsError, match="--execution-name 'to_day': for a pipeline, write at most 82 letters"):
        pipeline_execution.start(aws, pipeline=judged, display_name="to_day", parameters={})


def test_seconds_of_a_step_that_runs_are_those_so_far(
    aws: LocalAws, pipeline: Callable[..., str], function: str
) -> None:
    slow = {"Name": "Slow", "Type": "Lambda", "FunctionArn": function, "Arguments": {"seconds": 1}}
    arn = pipeline_execution.start(aws, pipeline=pipeline(slow), display_name="today", parameters={})
    time.sleep(0.5)
    [step] = pipeline_execution.steps(aws.client("sagemaker"), arn, {"Slow": "Lambda"})
    assert not step.has_ended
    assert 0.2 < step.seconds < 1
    assert pipeline_execution.follow(aws, arn, Listener()).succeeded

"""The end of a run of a pipeline, for people and as a document."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local_aws.app import report
from local_aws.app.deploy import DeployedStack
from local_aws.app.execution import ExecutionResult
from local_aws.app.model_packages import Metrics, ModelPackage
from local_aws.app.pipeline_execution import PipelineResult, StepResult
from local_aws.app.progress import Progress
from local_aws.app.run import RunResult
from local_aws.app.states import Failure, Iteration, StateRun
from local_aws.iam.authorize import Denial
from local_aws.sns.mail import Mail

PREFIX = "arn:aws:sagemaker:us-east-1:123456789012"
TRAIN = StepResult("Train", "Training", "Succeeded", 3.21, arn=f"{PREFIX}:training-job/pipelines-x-Train-abc")
GATE = StepResult("Gate", "Condition", "Succeeded", 0.01, outcome="False")
MAILED = StepResult("Mail", "Lambda", "Failed", 1.0, arn="arn:aws:lambda:us-east-1:1:function:mail", reason="no topic")
PACKAGE = ModelPackage(
    f"{PREFIX}:model-package/houses/3",
    "houses",
    3,
    "PendingManualApproval",
    {"ModelQuality.Statistics": Metrics("s3://b/e.json", {"mse": {"value": 0.25}})},
)

DENIED = Denial("arn:role", "sns:Publish", "arn:topic", time=datetime.now(UTC), explicit=False, statement=None)


@pytest.fixture
def result(tmp_path: Path) -> Callable[..., RunResult]:
    def make(*steps: StepResult, status: str = "Succeeded", **more: Any) -> RunResult:
        path = tmp_path / "mail" / "1.txt"
        mail = Mail("team@example.com", "Above the threshold", "mse 7", path, datetime.now(UTC))
        arn = f"{PREFIX}:pipeline/houses/execution/x"
        ended = PipelineResult(arn=arn, pipeline="houses", status=status, steps=steps, **more)
        return RunResult(
            stack=DeployedStack("Build", {}, {}),
            execution=ended,
            artifacts=[],
            evaluation=None,
            metrics={},
            denials=[DENIED],
            mails=[mail],
            work_dir=tmp_path,
        )

    return make


def _shown(result: RunResult) -> list[str]:
    text = io.StringIO()
    report.show(result, Console(file=text, width=160))
    return [" ".join(line.split()) for line in text.getvalue().splitlines()]


def test_steps_parameters_packages_and_mail_are_shown(result: Callable[..., RunResult]) -> None:
    lines = _shown(
        result(TRAIN, GATE, packages=(PACKAGE,), parameters={"Threshold": 6.0, "Team": "a"}, skipped=("Spark",))
    )
    assert "Build Succeeded" in lines
    assert "Train Training Succeeded 3.2 training-job/pipelines-x-Train-abc" in lines
    assert "Gate Condition Succeeded 0.0 outcome False" in lines
    assert "Spark skipped: --skip-step" in lines
    assert "parameters: Threshold=6.0, Team=a" in lines
    assert "registered: version 3 of houses, PendingManualApproval" in lines
    assert "ModelQuality.Statistics: mse.value 0.25" in lines
    assert any(line.startswith("mail to team@example.com: Above the threshold -> ") for line in lines)


def test_a_failed_pipeline_shows_the_reasons_and_the_missing_permissions(result: Callable[..., RunResult]) -> None:
    failed = result(TRAIN, MAILED, status="Failed", reason="Step failure: One or multiple steps failed.")
    lines = _shown(failed)
    assert not failed.succeeded
    assert "reason: Step failure: One or multiple steps failed." in lines
    assert "Mail: no topic" in lines
    assert "missing permission: sns:Publish on arn:topic for arn:role" in lines


def test_the_document_of_a_pipeline_can_be_read_by_programs(result: Callable[..., RunResult], tmp_path: Path) -> None:
    failed = result(TRAIN, MAILED, status="Failed", reason="why", packages=(PACKAGE,), parameters={"Threshold": 6.0})
    document = json.loads(json.dumps(failed.document()))
    assert (document["stack"], document["status"], document["pipeline"]) == ("Build", "Failed", "houses")
    assert document["pipelineExecutionArn"] == f"{PREFIX}:pipeline/houses/execution/x"
    assert document["steps"][1] == {
        "name": "Mail",
        "type": "Lambda",
        "status": "Failed",
        "seconds": 1.0,
        "arn": "arn:aws:lambda:us-east-1:1:function:mail",
        "failureReason": "no topic",
    }
    assert document["parameters"] == {"Threshold": 6.0}
    assert document["failureReason"] == "why"
    [package] = document["modelPackages"]
    assert package["metrics"]["ModelQuality.Statistics"]["content"] == {"mse": {"value": 0.25}}
    path = str(tmp_path / "mail" / "1.txt")
    assert document["mail"] == [{"path": path, "to": "team@example.com", "subject": "Above the threshold"}]
    assert [each["action"] for each in document["denied"]] == ["sns:Publish"]


def test_a_failure_that_was_caught_is_told_though_the_execution_succeeded(tmp_path: Path) -> None:
    missing = Failure("SageMaker.AmazonSageMakerException", "No S3 objects found")
    states = (
        StateRun("Each", "SUCCEEDED", 9.0, type="Map"),
        StateRun(
            "Train", "CAUGHT", 3.0, attempts=2, failure=missing, retried=(missing,), iterations=(Iteration("Each", 4),)
        ),
    )
    ended = ExecutionResult(arn="arn:x", status="SUCCEEDED", states=states, output="1")
    stack = DeployedStack("Shop", {}, {})
    lines = _shown(RunResult(stack, ended, [], None, {}, [], [], tmp_path))
    assert "Shop SUCCEEDED, 1 failure caught" in lines
    assert "Train[4] CAUGHT (2 attempts) 3.0" in lines
    assert "Train[4] caught SageMaker.AmazonSageMakerException: No S3 objects found" in lines
    assert "Train[4], attempt 1, failed: SageMaker.AmazonSageMakerException: No S3 objects found" in lines
    document = RunResult(stack, ended, [], None, {}, [], [], tmp_path).document()
    [caught] = document["caught"]
    assert (caught["name"], caught["index"], caught["attempts"], caught["cause"]) == ("Train", 4, 2, missing.cause)


def test_a_step_that_was_not_run_but_taken_from_the_cache_says_so() -> None:
    step = StepResult("Train", "Training", "Succeeded", 0.0, arn=TRAIN.arn, from_cache=True)
    assert step.made == "training-job/pipelines-x-Train-abc (from the cache)"


def test_progress_tells_of_the_start_and_the_end_of_each_step() -> None:
    text = io.StringIO()
    progress = Progress(Console(file=text, width=160))
    for step in (TRAIN, MAILED):
        progress.step_started(step)
        progress.step_ended(step)
    assert text.getvalue().splitlines() == [
        "▶ Train",
        "✓ Train Succeeded 3.2 s training-job/pipelines-x-Train-abc",
        "▶ Mail",
        "✗ Mail Failed 1.0 s function:mail",
        "  no topic",
    ]

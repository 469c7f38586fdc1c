"""Check steps in a pipeline of the local AWS, started through its API."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pandas as pd
import pytest
from botocore.exceptions import ClientError

from .conftest import Checks


def _pipeline(checks: Checks, steps: list[dict[str, Any]]) -> str:
    name = f"Pipeline-{uuid.uuid4().hex[:8]}"
    document: dict[str, Any] = {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": "Skip", "Type": "Boolean", "DefaultValue": False},
            {"Name": "Register", "Type": "Boolean", "DefaultValue": True},
        ],
        "PipelineExperimentConfig": None,
        "Steps": steps,
    }
    checks.account.sagemaker.create_pipeline(
        PipelineName=name,
        PipelineDefinition=json.dumps(document),
        ClientRequestToken=uuid.uuid4().hex + uuid.uuid4().hex,
        RoleArn=checks.role,
    )
    return name


def _body(
    checks: Checks, check_type: str, arguments: dict[str, Any], step_type: str = "QualityCheck"
) -> dict[str, Any]:
    step = checks.step(step_type, check_type, arguments, RegisterNewBaseline={"Get": "Parameters.Register"})
    return {**step.step, "SkipCheck": {"Get": "Parameters.Skip"}}


def _steps(checks: Checks, name: str, **parameters: str) -> tuple[str, list[dict[str, Any]]]:
    client = checks.account.sagemaker
    values = [{"Name": key, "Value": value} for key, value in parameters.items()]
    arn = client.start_pipeline_execution(PipelineName=name, PipelineParameters=values)["PipelineExecutionArn"]
    deadline = time.monotonic() + 60
    while (status := client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]) in (
        "Executing",
        "Stopping",
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return status, client.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]


def test_a_check_step_shows_what_it_has_done(checks: Checks, breast_cancer: pd.DataFrame) -> None:
    arguments = checks.quality_arguments(checks.put_frame("train/data.csv", breast_cancer))
    name = _pipeline(checks, [_body(checks, "DATA_QUALITY", arguments)])
    status, [step] = _steps(checks, name, Skip="true")
    assert status == "Succeeded", step
    metadata = step["Metadata"]["QualityCheck"]
    assert metadata["CheckType"] == "DATA_QUALITY"
    assert (metadata["SkipCheck"], metadata["RegisterNewBaseline"]) == (True, True)
    assert metadata["CalculatedBaselineStatistics"].endswith("/statistics.json")


def test_a_check_without_a_baseline_fails_the_execution(checks: Checks) -> None:
    name = _pipeline(checks, [_body(checks, "DATA_QUALITY", checks.quality_arguments("s3://no/data"))])
    status, [step] = _steps(checks, name)
    assert status == "Failed"
    assert "has no baseline constraints and statistics" in step["FailureReason"]


@pytest.mark.parametrize(
    ("check_type", "image", "message"),
    [
        ("MODEL_BIAS", None, "CheckType MODEL_BIAS needs a shadow endpoint"),
        ("DATA_BIAS", "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1", "does not run locally"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_starts(
    checks: Checks, check_type: str, image: str | None, message: str
) -> None:
    arguments = checks.bias_arguments("s3://no/data", {})
    if image is not None:
        arguments["AppSpecification"]["ImageUri"] = image
    name = _pipeline(checks, [_body(checks, check_type, arguments, "ClarifyCheck")])
    with pytest.raises(ClientError, match=message):
        checks.account.sagemaker.start_pipeline_execution(PipelineName=name)

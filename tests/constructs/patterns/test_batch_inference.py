"""Model and batch transform: the name goes from one state to the next, and one role serves both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import BatchInference, S3Location

BUCKET = "<Bucket83908E77"


@pytest.fixture
def synthesized(stack: cdk.Stack, location: Callable[[str], S3Location], machine: Callable[..., Any]) -> Any:
    inference = BatchInference(
        stack,
        "Infer",
        model_name_prefix="demo-model",
        transform_name_prefix="demo-batch",
        model_data_path="$.training.S3ModelArtifacts",
        models=location("models/"),
        source=location("test/"),
        output=location("output/"),
    )
    return machine(inference.chain)


def test_the_states_in_their_order(synthesized: Any) -> None:
    definition = synthesized.definition()
    assert definition["StartAt"] == "Save Model"
    assert definition["States"]["Save Model"]["Next"] == "Batch transform"
    assert definition["States"]["Batch transform"]["End"] is True


def test_the_name_of_the_model_is_handed_on_through_the_state_not_rebuilt(
    synthesized: Any, evaluate: Callable[..., Any]
) -> None:
    save, transform = synthesized.definition()["States"].values()
    name = "demo-model-0123456789abcdef0123456789abcdef"
    answer = {"ModelArn": f"arn:aws:sagemaker:us-east-1:123456789012:model/{name}"}
    model = {key.removesuffix(".$"): evaluate(path, input=answer) for key, path in save["ResultSelector"].items()}
    assert save["ResultPath"] == "$.model"
    assert evaluate(transform["Parameters"]["ModelName.$"], input={"model": model}) == name


def test_the_transform_job_is_waited_for_and_gets_csv_lines(synthesized: Any) -> None:
    transform = synthesized.definition()["States"]["Batch transform"]
    assert transform["Resource"] == "arn:aws:states:::sagemaker:createTransformJob.sync"
    transform_input = transform["Parameters"]["TransformInput"]
    assert (transform_input["ContentType"], transform_input["SplitType"]) == ("text/csv", "Line")
    assert transform["Parameters"]["TransformOutput"]["S3OutputPath"] == f"s3://{BUCKET}>/output"


def test_the_model_gets_the_artifact_of_the_training(synthesized: Any) -> None:
    container = synthesized.definition()["States"]["Save Model"]["Parameters"]["PrimaryContainer"]
    assert container["ModelDataUrl.$"] == "$.training.S3ModelArtifacts"
    assert container["Image"].endswith("/sagemaker-xgboost:3.2-0")


def test_its_role_reads_model_and_rows_and_writes_predictions_only(synthesized: Any) -> None:
    statements = {each["Sid"]: each["Resource"] for each in synthesized.statements("InferRole")}
    assert statements["ReadInputs"] == [f"{BUCKET}.Arn>/models/*", f"{BUCKET}.Arn>/test/*"]
    assert statements["WriteOutputs"] == [f"{BUCKET}.Arn>/output/*"]
    assert statements["WriteJobLogs"][0].endswith(":log-group:/aws/sagemaker/TransformJobs:log-stream:demo-batch-*")


def test_the_machine_passes_that_role_to_the_model_only(synthesized: Any) -> None:
    [role] = [key for key in synthesized.of_type("AWS::IAM::Role") if key.startswith("InferRole")]
    [passed] = [each for each in synthesized.statements("MachineRole") if each["Action"] == ["iam:PassRole"]]
    assert passed["Resource"] == [f"<{role}.Arn>"]
    save, transform = synthesized.definition()["States"].values()
    assert save["Parameters"]["ExecutionRoleArn"] == f"<{role}.Arn>"
    assert not [key for key in transform["Parameters"] if "Role" in key]

"""Standardization: script, rows and statistics of one processing job, and a role for exactly these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import EcrImage, S3Location, Standardization, WorkflowError

NAME = "Standardization: x' = (x - x̄) / σ"
BUCKET = "<Bucket83908E77"


@pytest.fixture
def step(stack: cdk.Stack, location: Callable[[str], S3Location]) -> Callable[..., Standardization]:
    def make(**options: Any) -> Standardization:
        arguments: dict[str, Any] = {
            "name_prefix": "demo-scale",
            "script": location("code/transform.py"),
            "raw": location("input/raw.csv"),
            "train": location("train/"),
            "statistics": location("statistics/"),
        }
        return Standardization(stack, "Scale", **{**arguments, **options})

    return make


def inputs(state: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        each["InputName"]: (each["S3Input"]["S3Uri"].split("/", 3)[3], each["S3Input"]["LocalPath"])
        for each in state["Parameters"]["ProcessingInputs"]
    }


def outputs(state: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        each["OutputName"]: (each["S3Output"]["S3Uri"].split("/", 3)[3], each["S3Output"]["LocalPath"])
        for each in state["Parameters"]["ProcessingOutputConfig"]["Outputs"]
    }


def test_the_training_rows_alone(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(step().task).definition()["States"][NAME]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createProcessingJob.sync"
    assert inputs(state) == {
        "input-1": ("input/raw.csv", "/opt/ml/processing/input"),
        "code": ("code/transform.py", "/opt/ml/processing/input/code"),
    }
    assert outputs(state) == {
        "train_data": ("train", "/opt/ml/processing/output/train"),
        "statistics": ("statistics", "/opt/ml/processing/output/statistics"),
    }
    assert state["Parameters"]["AppSpecification"] == {
        "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3",
        "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/transform.py"],
    }


def test_test_rows_are_standardized_by_the_same_job_and_so_with_the_same_statistics(
    step: Callable[..., Any], machine: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    scale = step(raw_test=location("input/test.csv"), test=location("test/"))
    state = machine(scale.task).definition()["States"][NAME]
    assert inputs(state)["test"] == ("input/test.csv", "/opt/ml/processing/input/test")
    assert outputs(state)["test_data"] == ("test", "/opt/ml/processing/output/test")
    arguments = state["Parameters"]["AppSpecification"]["ContainerArguments"]
    assert arguments == ["--test-input", "/opt/ml/processing/input/test/test.csv"]


@pytest.mark.parametrize("half", ["raw_test", "test"])
def test_test_rows_without_their_destination_or_the_reverse_are_refused(
    step: Callable[..., Any], location: Callable[[str], S3Location], half: str
) -> None:
    with pytest.raises(WorkflowError, match="test"):
        step(**{half: location("test/")})


def test_the_result_is_the_jobs_name_beside_the_input(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(step().task).definition()["States"][NAME]
    assert state["ResultSelector"] == {"ProcessingJobName.$": "$.ProcessingJobName"}
    assert state["ResultPath"] == "$.standardization"


def test_limits_of_the_published_sample(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    parameters = machine(step().task).definition()["States"][NAME]["Parameters"]
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
    assert parameters["ProcessingResources"]["ClusterConfig"] == cluster
    assert parameters["StoppingCondition"] == {"MaxRuntimeInSeconds": 300}


def test_its_role_reads_its_inputs_and_writes_its_outputs_only(
    step: Callable[..., Any], machine: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    scale = step(raw_test=location("input/test.csv"), test=location("test/"))
    statements = {each["Sid"]: each["Resource"] for each in machine(scale.task).statements("ScaleRole")}
    assert statements["ReadInputs"] == [
        f"{BUCKET}.Arn>/{key}" for key in ("code/transform.py", "input/raw.csv", "input/test.csv")
    ]
    assert statements["WriteOutputs"] == [f"{BUCKET}.Arn>/{key}/*" for key in ("statistics", "test", "train")]
    assert statements["WriteJobLogs"][0].endswith(":log-group:/aws/sagemaker/ProcessingJobs:log-stream:demo-scale-*")


def test_the_machine_passes_that_role_and_no_other(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    synthesized = machine(step().task)
    [role] = [key for key in synthesized.of_type("AWS::IAM::Role") if key.startswith("ScaleRole")]
    [passed] = [each for each in synthesized.statements("MachineRole") if each["Action"] == ["iam:PassRole"]]
    assert passed["Resource"] == [f"<{role}.Arn>"]


def test_another_image_is_used_and_may_be_pulled(
    stack: cdk.Stack, step: Callable[..., Any], machine: Callable[..., Any]
) -> None:
    repository = cdk.aws_ecr.Repository.from_repository_attributes(
        stack,
        "Repository",
        repository_name="team/scale",
        repository_arn="arn:aws:ecr:eu-west-1:210987654321:repository/team/scale",
    )
    synthesized = machine(step(image=EcrImage(repository, "v1")).task)
    image = synthesized.definition()["States"][NAME]["Parameters"]["AppSpecification"]["ImageUri"]
    assert image == "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/scale:v1"
    [pull] = [each for each in synthesized.statements("ScaleRole") if each["Sid"] == "PullImage"]
    assert pull["Resource"] == ["arn:aws:ecr:eu-west-1:210987654321:repository/team/scale"]


def test_a_file_of_another_name_is_given_to_the_script(
    step: Callable[..., Any], location: Callable[[str], S3Location], machine: Callable[..., Any]
) -> None:
    state = machine(step(raw=location("input/march.csv")).task).definition()["States"][NAME]
    arguments = state["Parameters"]["AppSpecification"]["ContainerArguments"]
    assert arguments == ["--input", "/opt/ml/processing/input/march.csv"]


@pytest.mark.parametrize("field", ["script", "raw"])
def test_a_prefix_where_an_object_is_wanted_is_refused(
    step: Callable[..., Any], location: Callable[[str], S3Location], field: str
) -> None:
    with pytest.raises(WorkflowError, match=f"Scale: {field}: 'code/' is a prefix; give the key of an object"):
        step(**{field: location("code/")})


def test_an_illegal_name_prefix_is_named_with_step_and_argument(step: Callable[..., Any]) -> None:
    with pytest.raises(WorkflowError, match=r"Scale: name_prefix: name prefix 'a{64}' has 64 characters"):
        step(name_prefix="a" * 64)

"""Notebook-job steps: as the SageMaker SDK defines them, local notebooks as assets, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    STEP_THROTTLING,
    ExecutionVariables,
    Notebook,
    NotebookJobStep,
    ParameterString,
    PipelineStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import ACCOUNT, IMAGE, REGION, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
CHANNEL = "sagemaker_headless_execution_pipelinestep"
ASSETS = f"s3://cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A local notebook with a script beside it."""
    (tmp_path / "init.sh").write_text("export A=b\n")
    notebook = tmp_path / "report.ipynb"
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    return notebook


def notebook_job(parts: Parts, image: Image, notebook: Notebook | None = None, **options: Any) -> NotebookJobStep:
    given: dict[str, Any] = {
        "notebook": notebook or Notebook.from_prefix(parts.at("notebooks/"), "report.ipynb"),
        "image": image,
        "role": parts.role,
        "output": parts.at("runs/"),
    }
    return NotebookJobStep(parts.stack, "Report", **{**given, **options})


def their_definition(sdk: PipelineSession, declared: list[Any] | None = None, **options: Any) -> dict[str, Any]:
    """The SDK's step, with the prefixes that ours has."""
    from sagemaker.workflow.notebook_job_step import NotebookJobStep as SdkStep

    step = SdkStep(name="Report", image_uri=IMAGE, role=ROLE, s3_root_uri="s3://demo-bucket/runs", **options)
    with mock.patch("sagemaker.s3.S3Uploader.upload"):
        [expected] = sdk_steps([step], sdk, declared or [])
    source = expected["Arguments"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    assert source["S3Uri"].startswith("s3://demo-bucket/runs/Oracle/Report/input-")
    source["S3Uri"] = "s3://demo-bucket/notebooks/"
    values = expected["Arguments"]["OutputDataConfig"]["S3OutputPath"]["Std:Join"]["Values"]
    assert values.pop(1) == "Oracle"
    return expected


def test_as_the_sdk_defines_it(
    parts: Parts, image: Image, local: Path, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.workflow.execution_variables import ExecutionVariables as SdkVariables
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

    kind = SdkString("Type")
    expected = their_definition(
        sdk,
        [kind],
        input_notebook=str(local),
        kernel_name="conda",
        notebook_job_name="my_report",
        display_name="Nightly",
        description="Reports",
        parameters={"company": "Example", "run": SdkVariables.PIPELINE_EXECUTION_ID},
        environment_variables={"A": "b"},
        initialization_script=str(local.with_name("init.sh")),
        instance_type=kind,
        volume_size=40,
        encrypt_inter_container_traffic=False,
        max_retry_attempts=2,
        max_runtime_in_seconds=3600,
        tags=[{"Key": "team", "Value": "ml"}],
        retry_policies=[StepRetryPolicy([StepExceptionTypeEnum.THROTTLING], max_attempts=3)],
    )
    ours = notebook_job(
        parts,
        image,
        Notebook.from_prefix(parts.at("notebooks/"), "report.ipynb", init_script="init.sh"),
        kernel="conda",
        notebook_job_name="my_report",
        display_name="Nightly",
        description="Reports",
        parameters={"company": "Example", "run": ExecutionVariables.PIPELINE_EXECUTION_ID},
        environment={"A": "b"},
        instance_type=ParameterString("Type"),
        volume_size=cdk.Size.gibibytes(40),
        encrypt_traffic=False,
        retry_attempts=2,
        max_runtime=cdk.Duration.hours(1),
        tags={"team": "ml"},
        retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=3)],
    )
    assert comparable(definition(ours)) == comparable(expected)


def test_the_least_as_the_sdk_defines_it(
    parts: Parts, image: Image, local: Path, definition: Definition, sdk: PipelineSession
) -> None:
    expected = their_definition(
        sdk, input_notebook=str(local), kernel_name="python3", notebook_job_name="Report", instance_type="ml.m5.xlarge"
    )
    assert comparable(definition(notebook_job(parts, image))) == comparable(expected)


def test_a_local_notebook_is_an_asset_whose_name_is_its_hash(
    parts: Parts, image: Image, local: Path, definition: Definition
) -> None:
    notebook = Notebook.from_file(parts.stack, "Notebook", local, init_script=local.with_name("init.sh"))
    arguments = definition(notebook_job(parts, image, notebook))["Arguments"]
    sources = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in arguments["InputDataConfig"]}
    name, script = (location.name for location in notebook.locations)
    assert name.endswith(".ipynb")
    assert {channel: source["S3Uri"] for channel, source in sources.items()} == {
        CHANNEL: f"{ASSETS}/{name}",
        "init": f"{ASSETS}/{script}",
    }
    variables = arguments["Environment"]
    assert variables["SM_INPUT_NOTEBOOK_NAME"] == name
    assert variables["SM_INIT_SCRIPT"] == f"../init/{script}"
    assert variables["SM_OUTPUT_NOTEBOOK_NAME"] == "Report.ipynb"


@pytest.mark.parametrize(("name", "pattern"), [("my_report", "my-report-*"), ("x" * 40, "x" * 30 + "*")])
def test_the_role_starts_jobs_of_that_name(
    parts: Parts, image: Image, granted: Callable[[PipelineStep], Any], name: str, pattern: str
) -> None:
    job = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{pattern}"
    assert granted(notebook_job(parts, image, notebook_job_name=name)) == [
        (["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
    ]


def test_where_the_executed_notebook_lies(parts: Parts, image: Image) -> None:
    step = notebook_job(parts, image)
    assert step.job_name.render() == {"Get": "Steps.Report.TrainingJobName"}
    assert step.output_location.render() == {"Get": "Steps.Report.OutputDataConfig.S3OutputPath"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"notebook_job_name": "1st"}, "notebook_job_name: '1st' is not legal; write a letter, then letters"),
        ({"instance_type": "m5.large"}, "InstanceType: 'm5.large' is not an instance type; write 'ml.m5.large'"),
        ({"retry_attempts": 0}, "MaximumRetryAttempts: is 0; write at least 1"),
        ({"retry_policies": [RetryPolicy(["Step.NONE"])]}, "exception type 'Step.NONE' is not retried"),
        ({"additional_arguments": {"RoleArn": "x"}}, "RoleArn: is set by an argument"),
    ],
)
def test_refused(parts: Parts, image: Image, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        notebook_job(parts, image, **options)
    assert str(error.value).startswith("Stack/Report: ")
    assert message in str(error.value)


def test_what_is_no_notebook_is_refused(parts: Parts, local: Path) -> None:
    with pytest.raises(InvalidParameterError, match=r"path: .*lost.ipynb is not a notebook"):
        Notebook.from_file(parts.stack, "Lost", local.with_name("lost.ipynb"))
    with pytest.raises(InvalidParameterError, match=r"init_script: .*lost.sh: there is no such file"):
        Notebook.from_file(parts.stack, "NoScript", local, init_script=local.with_name("lost.sh"))
    local.write_text("[1")
    with pytest.raises(InvalidParameterError, match="is not JSON with cells"):
        Notebook.from_file(parts.stack, "Broken", local)
    with pytest.raises(InvalidParameterError, match="'notebooks' is not a prefix; write 'notebooks/'"):
        Notebook.from_prefix(parts.at("notebooks"), "report.ipynb")

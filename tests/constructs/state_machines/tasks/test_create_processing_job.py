"""Processing job: the request of the API, and what the state machine may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    JobName,
    ProcessingInput,
    ProcessingOutput,
    S3Location,
    SageMakerCreateProcessingJob,
)

BUCKET = "s3://<Bucket83908E77>"


@pytest.fixture
def task(stack: cdk.Stack, role: iam.IRole) -> Callable[..., SageMakerCreateProcessingJob]:
    def make(**options: Any) -> SageMakerCreateProcessingJob:
        return SageMakerCreateProcessingJob(
            stack,
            "Process",
            **{
                "processing_job_name": JobName.static("process"),
                "image": FirstPartyImage.sklearn("1.2-1"),
                "role": role,
                **options,
            },
        )

    return make


def test_state(task: Callable[..., Any], location: Callable[[str], S3Location], machine: Callable[..., Any]) -> None:
    process = task(
        integration_pattern=sfn.IntegrationPattern.RUN_JOB,
        entrypoint=["python3", "/opt/ml/processing/input/code/run.py"],
        arguments=["--fast"],
        inputs=[ProcessingInput("raw", location("raw.csv"), "/opt/ml/processing/input")],
        outputs=[ProcessingOutput("train", location("train/"), "/opt/ml/processing/output/train")],
        environment={"DEBUG": "1"},
        instance_type="ml.c5.2xlarge",
        instance_count=2,
        volume_size=cdk.Size.gibibytes(50),
        max_runtime=cdk.Duration.hours(2),
    )
    state = machine(process).definition()["States"]["Process"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createProcessingJob.sync"
    assert state["Parameters"] == {
        "ProcessingJobName": "process",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 2, "InstanceType": "ml.c5.2xlarge", "VolumeSizeInGB": 50}
        },
        "ProcessingInputs": [
            {
                "InputName": "raw",
                "S3Input": {
                    "S3Uri": f"{BUCKET}/raw.csv",
                    "LocalPath": "/opt/ml/processing/input",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                    "S3CompressionType": "None",
                },
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "train",
                    "S3Output": {
                        "S3Uri": f"{BUCKET}/train",
                        "LocalPath": "/opt/ml/processing/output/train",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "AppSpecification": {
            "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/run.py"],
            "ContainerArguments": ["--fast"],
        },
        "Environment": {"DEBUG": "1"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
    }


def test_defaults(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    parameters = machine(task()).definition()["States"]["Process"]["Parameters"]
    assert parameters == {
        "ProcessingJobName": "process",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
        },
        "AppSpecification": {
            "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
    }


def test_policy_of_the_state_machine(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    process = task(processing_job_name=JobName.unique("demo"), integration_pattern=sfn.IntegrationPattern.RUN_JOB)
    granted = {
        (action, each["Resource"][0])
        for each in machine(process).statements("MachineRole")
        for action in each["Action"]
    }
    job = "arn:aws:sagemaker:us-east-1:123456789012:processing-job/demo-*"
    rule = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule"
    assert granted == {
        *((f"sagemaker:{action}ProcessingJob", job) for action in ("Create", "Describe", "Stop")),
        *((f"sagemaker:{action}", job) for action in ("AddTags", "ListTags")),
        *((f"events:{action}", rule) for action in ("PutTargets", "PutRule", "DescribeRule")),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/job"),
    }


def test_a_bad_input_is_named_by_its_place(task: Callable[..., Any], location: Callable[[str], S3Location]) -> None:
    inputs = [ProcessingInput("raw", location("raw.csv"), "/opt/" + "x" * 300)]
    with pytest.raises(
        InvalidParameterError, match=r"^Stack/Process: ProcessingInputs\[0\].S3Input.LocalPath: .*\(max\)"
    ):
        task(inputs=inputs)

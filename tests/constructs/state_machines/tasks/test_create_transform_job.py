"""Batch transform job: the request of the API, and a policy that passes no role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import InvalidParameterError, JobName, S3Location, SageMakerCreateTransformJob

BUCKET = "s3://<Bucket83908E77>"


@pytest.fixture
def task(stack: cdk.Stack, location: Callable[[str], S3Location]) -> Callable[..., SageMakerCreateTransformJob]:
    def make(**options: Any) -> SageMakerCreateTransformJob:
        return SageMakerCreateTransformJob(
            stack,
            "Transform",
            transform_job_name=JobName.unique("demo-batch"),
            model_name=JobName.from_state("$.model.ModelName", prefix="demo-model"),
            source=location("test/"),
            output=location("output/"),
            **options,
        )

    return make


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ({}, {}),
        (
            {"batch_strategy": "SingleRecord", "environment": {"DEBUG": "1"}},
            {"BatchStrategy": "SingleRecord", "Environment": {"DEBUG": "1"}},
        ),
    ],
    ids=["defaults", "options"],
)
def test_state(
    task: Callable[..., Any], machine: Callable[..., Any], options: dict[str, Any], given: dict[str, Any]
) -> None:
    transform = task(content_type="text/csv", integration_pattern=sfn.IntegrationPattern.RUN_JOB, **options)
    state = machine(transform).definition()["States"]["Transform"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createTransformJob.sync"
    assert state["Parameters"].pop("TransformJobName.$").startswith("States.Format('demo-batch-{}', States.Hash(")
    assert state["Parameters"] == {
        "ModelName.$": "$.model.ModelName",
        "TransformInput": {
            "CompressionType": "None",
            "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/test/"}},
            "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": f"{BUCKET}/output", "AssembleWith": "Line"},
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
        **given,
    }


def test_policy_of_the_state_machine(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    job = ["arn:aws:sagemaker:us-east-1:123456789012:transform-job/demo-batch-*"]
    rule = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTransformJobsRule"
    create = ["sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"]
    transform = task(integration_pattern=sfn.IntegrationPattern.RUN_JOB)
    assert machine(transform).statements("MachineRole") == [
        {"Effect": "Allow", "Action": create, "Resource": job},
        {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": job},
        {
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            "Resource": [rule],
        },
    ]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"split_type": "Lines"}, "TransformInput.SplitType"),
        ({"assemble_with": "Comma"}, "TransformOutput.AssembleWith"),
        ({"batch_strategy": "Many"}, "BatchStrategy"),
        ({"instance_count": 0}, "TransformResources.InstanceCount"),
    ],
)
def test_a_value_that_the_service_does_not_know_is_refused(
    task: Callable[..., Any], options: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidParameterError, match=rf"^Stack/Transform: {field}: .*\((enum|min)\)$"):
        task(**options)

"""Training job: the request of the API, and the policy of the state machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import FirstPartyImage, JobName, S3Location, SageMakerCreateTrainingJob, TrainingChannel

BUCKET = "s3://<Bucket83908E77>"


def test_state(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location], machine: Callable[..., Any]
) -> None:
    task = SageMakerCreateTrainingJob(
        stack,
        "Train",
        integration_pattern=sfn.IntegrationPattern.RUN_JOB,
        training_job_name=JobName.static("train"),
        image=FirstPartyImage.xgboost("1.7-1"),
        role=role,
        channels=[
            TrainingChannel("train", location("train/"), "text/csv"),
            TrainingChannel("validation", location("validation.csv"), distribution="ShardedByS3Key"),
        ],
        output=location("models/"),
        hyperparameters={"num_round": "5"},
        environment={"DEBUG": "1"},
        instance_type="ml.c5.2xlarge",
        instance_count=2,
        volume_size=cdk.Size.gibibytes(50),
        max_runtime=cdk.Duration.hours(2),
    )
    synthesized = machine(task)
    state = synthesized.definition()["States"]["Train"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createTrainingJob.sync"
    assert state["Parameters"] == {
        "TrainingJobName": "train",
        "AlgorithmSpecification": {
            "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
            "TrainingInputMode": "File",
        },
        "HyperParameters": {"num_round": "5"},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"{BUCKET}/train/",
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            },
            {
                "ChannelName": "validation",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": f"{BUCKET}/validation.csv",
                        "S3DataDistributionType": "ShardedByS3Key",
                    }
                },
            },
        ],
        "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/models"},
        "ResourceConfig": {"InstanceCount": 2, "InstanceType": "ml.c5.2xlarge", "VolumeSizeInGB": 50},
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
        "Environment": {"DEBUG": "1"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
    }


def test_defaults(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location], machine: Callable[..., Any]
) -> None:
    task = SageMakerCreateTrainingJob(
        stack,
        "Train",
        training_job_name=JobName.unique("demo"),
        image=FirstPartyImage.xgboost(),
        role=role,
        channels=[TrainingChannel("train", location("train/"))],
        output=location("models/"),
    )
    synthesized = machine(task)
    parameters = synthesized.definition()["States"]["Train"]["Parameters"]
    assert parameters["ResourceConfig"] == {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert parameters["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    assert parameters["TrainingJobName.$"].startswith("States.Format('demo-{}', States.Hash(")


def test_policy_of_the_state_machine(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location], machine: Callable[..., Any]
) -> None:
    task = SageMakerCreateTrainingJob(
        stack,
        "Train",
        integration_pattern=sfn.IntegrationPattern.RUN_JOB,
        training_job_name=JobName.unique("demo"),
        image=FirstPartyImage.xgboost(),
        role=role,
        channels=[TrainingChannel("train", location("train/"))],
        output=location("models/"),
    )
    job = ["arn:aws:sagemaker:us-east-1:123456789012:training-job/demo-*"]
    rule = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    create = ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"]
    assert machine(task).statements("MachineRole") == [
        {"Effect": "Allow", "Action": create, "Resource": job},
        {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": job},
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::123456789012:role/job"],
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
        {
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            "Resource": [rule],
        },
    ]

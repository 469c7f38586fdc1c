"""Training job: the request of the API, and the policy of the state machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    FirstPartyImage,
    InstanceGroup,
    InvalidParameterError,
    JobName,
    JobNetwork,
    S3Location,
    SageMakerCreateTrainingJob,
    SpotTraining,
    TrainingChannel,
)

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
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
        hyperparameters={"num_round": "5"},
    )
    synthesized = machine(task)
    parameters = synthesized.definition()["States"]["Train"]["Parameters"]
    assert parameters["ResourceConfig"] == {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert parameters["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    assert parameters["TrainingJobName.$"].startswith("States.Format('demo-{}', States.Hash(")


@pytest.fixture
def task(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location]
) -> Callable[..., SageMakerCreateTrainingJob]:
    def make(**options: Any) -> SageMakerCreateTrainingJob:
        arguments: dict[str, Any] = {
            "training_job_name": JobName.unique("demo"),
            "image": FirstPartyImage.xgboost(),
            "role": role,
            "channels": [TrainingChannel("train", location("train/"))],
            "output": location("models/"),
            "hyperparameters": {"num_round": "5"},
        }
        return SageMakerCreateTrainingJob(stack, "Train", **{**arguments, **options})

    return make


def test_every_further_argument(
    stack: cdk.Stack,
    location: Callable[[str], S3Location],
    task: Callable[..., Any],
    machine: Callable[..., Any],
) -> None:
    key = kms.Key.from_key_arn(stack, "Key", KEY)
    file_system = {
        "ChannelName": "lustre",
        "InputMode": "File",
        "DataSource": {
            "FileSystemDataSource": {
                "FileSystemId": "fs-0123456789a",
                "FileSystemAccessMode": "ro",
                "FileSystemType": "FSxLustre",
                "DirectoryPath": "/data",
            }
        },
    }
    training = task(
        image=FirstPartyImage.sklearn(),
        hyperparameters=None,
        channels=[
            TrainingChannel(
                "train",
                location("train.manifest"),
                s3_data_type="AugmentedManifestFile",
                input_mode="Pipe",
                compression="None",
                record_wrapper="RecordIO",
                attribute_names=["source-ref", "label"],
                instance_groups=["cpu"],
                shuffle_seed=0,
            ),
            file_system,
        ],
        input_mode="FastFile",
        metric_definitions={"loss": "loss=(.*)"},
        instance_groups=[InstanceGroup("cpu", "ml.c5.xlarge", 2), InstanceGroup("gpu", "ml.g5.xlarge", 1)],
        volume_key=key,
        output_key=key,
        max_runtime=cdk.Duration.hours(1),
        spot=SpotTraining(cdk.Duration.hours(2), location("checkpoints/"), "/opt/ml/checkpoints"),
        network=JobNetwork(
            [ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-1")],
            [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")],
        ),
        network_isolation=True,
        encrypt_traffic=True,
        experiment={"ExperimentName": "fraud"},
        additional_parameters={"DebugHookConfig": {"S3OutputPath": "s3://b/debug"}},
    )
    request = machine(training).definition()["States"]["Train"]["Parameters"]
    manifest, lustre = request.pop("InputDataConfig")
    assert lustre == file_system
    assert manifest == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": f"{BUCKET}/train.manifest",
                "S3DataDistributionType": "FullyReplicated",
                "AttributeNames": ["source-ref", "label"],
                "InstanceGroupNames": ["cpu"],
            }
        },
        "CompressionType": "None",
        "RecordWrapperType": "RecordIO",
        "InputMode": "Pipe",
        "ShuffleConfig": {"Seed": 0},
    }
    assert request.pop("TrainingJobName.$")
    assert request.pop("AlgorithmSpecification")["MetricDefinitions"] == [{"Name": "loss", "Regex": "loss=(.*)"}]
    assert request == {
        "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/models", "KmsKeyId": KEY},
        "ResourceConfig": {
            "InstanceGroups": [
                {"InstanceGroupName": "cpu", "InstanceType": "ml.c5.xlarge", "InstanceCount": 2},
                {"InstanceGroupName": "gpu", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
            ],
            "VolumeSizeInGB": 30,
            "VolumeKmsKeyId": KEY,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200},
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        "EnableNetworkIsolation": True,
        "EnableInterContainerTrafficEncryption": True,
        "EnableManagedSpotTraining": True,
        "CheckpointConfig": {"S3Uri": f"{BUCKET}/checkpoints/", "LocalPath": "/opt/ml/checkpoints"},
        "ExperimentConfig": {"ExperimentName": "fraud"},
        "DebugHookConfig": {"S3OutputPath": "s3://b/debug"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"instance_groups": [InstanceGroup("a", "ml.m5.xlarge", 1)], "instance_count": 2},
            "instance_count: is told by each of the instance_groups; leave it out",
        ),
        (
            {"spot": SpotTraining(cdk.Duration.hours(1))},
            r"StoppingCondition.MaxWaitTimeInSeconds: is 3600, less than MaxRuntimeInSeconds; write at least 86400",
        ),
        (
            {"channels": [{"ChannelName": "x", "DataSorce": {}}]},
            r"InputDataConfig\[0\].DataSorce: is not a field of Channel; did you mean 'DataSource'\?",
        ),
    ],
)
def test_contradictions_and_bad_mappings_stop_the_synthesis(
    task: Callable[..., Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidParameterError, match=rf"^Stack/Train: {message}"):
        task(**options)


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
        hyperparameters={"num_round": "5"},
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

"""The role of a job: made where none is given, granted what the job touches where it is ours, else looked at."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    JobName,
    JobNetwork,
    S3Location,
    SageMakerCreateModel,
    SageMakerCreateTrainingJob,
    SpotTraining,
    TrainingChannel,
    TrainingExecutionRole,
)

IMAGE = FirstPartyImage.xgboost()
NAME = JobName.unique("fraud-train")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1", account="123456789012"))


@pytest.fixture
def bucket(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Bucket", "data")


def train(stack: cdk.Stack, bucket: s3.IBucket, id: str = "Train", **options: Any) -> SageMakerCreateTrainingJob:
    arguments: dict[str, Any] = {
        "training_job_name": NAME,
        "image": IMAGE,
        "channels": [TrainingChannel("train", S3Location(bucket, "train/"), "text/csv")],
        "output": S3Location(bucket, "models/"),
        "hyperparameters": {"num_round": "5"},
    }
    return SageMakerCreateTrainingJob(stack, id, **{**arguments, **options})


def granted(stack: cdk.Stack) -> list[dict[str, Any]]:
    [policy] = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    statements: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return statements


def text(statements: list[dict[str, Any]]) -> str:
    return str(statements)


def told(stack: cdk.Stack, bucket: s3.IBucket) -> TrainingExecutionRole:
    return TrainingExecutionRole(
        stack,
        "Role",
        job_name_pattern=NAME.arn_pattern,
        image=IMAGE,
        reads=[S3Location(bucket, "train/")],
        writes=[S3Location(bucket, "models/")],
    )


def test_that_is_made_is_a_child_of_the_state_and_allows_what_a_told_one_does(
    stack: cdk.Stack, bucket: s3.IBucket
) -> None:
    task = train(stack, bucket)
    assert task.node.find_child("Role").node.path == "Stack/Train/Role"
    other = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1", account="123456789012"))
    told(other, s3.Bucket.from_bucket_name(other, "Bucket", "data"))
    assert granted(stack) == granted(other)


def test_that_says_it_all_is_granted_nothing_twice(stack: cdk.Stack, bucket: s3.IBucket) -> None:
    role = told(stack, bucket)
    train(stack, bucket, role=role)
    assert len(granted(stack)) == 8


@pytest.mark.parametrize(
    ("differs", "expected"),
    [("channels", "/other/*"), ("output", "/elsewhere/*"), ("training_job_name", "log-stream:other-*")],
)
def test_of_ours_is_granted_what_it_was_not_told(
    stack: cdk.Stack, bucket: s3.IBucket, differs: str, expected: str
) -> None:
    others: dict[str, Any] = {
        "channels": [TrainingChannel("train", S3Location(bucket, "other/"))],
        "output": S3Location(bucket, "elsewhere/"),
        "training_job_name": JobName.unique("other"),
    }
    role = told(stack, bucket)
    train(stack, bucket, role=role, **{differs: others[differs]})
    statements = granted(stack)
    assert expected in text(statements)
    assert len(statements) == 8, "the statements that are there grow"


def test_of_ours_may_use_network_and_keys_of_the_job(stack: cdk.Stack, bucket: s3.IBucket) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"])
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-1")
    assert vpc.vpc_id
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/one")
    train(stack, bucket, role=told(stack, bucket), network=JobNetwork([subnet], [group]), volume_key=key)
    sids = [each["Sid"] for each in granted(stack)]
    assert {"GrantVolumeKey", "UseVolumeKey", "CreateNetworkInterfaces", "DescribeNetwork"} <= set(sids)


def test_reads_and_writes_checkpoints_and_lists_them_without_the_slash(stack: cdk.Stack, bucket: s3.IBucket) -> None:
    spot = SpotTraining(cdk.Duration.hours(30), checkpoints=S3Location(bucket, "checkpoints/"))
    train(stack, bucket, spot=spot)
    [listing] = [each for each in granted(stack) if each["Sid"] == "ListInputs"]
    assert listing["Condition"]["StringLike"]["s3:prefix"] == ["train/*", "checkpoints/*", "checkpoints"]
    [writing] = [each for each in granted(stack) if each["Sid"] == "WriteOutputs"]
    assert "checkpoints/*" in str(writing["Resource"])


def test_of_several_jobs_has_one_statement_for_each_kind_of_permission(stack: cdk.Stack, bucket: s3.IBucket) -> None:
    role = TrainingExecutionRole(stack, "Role")
    train(stack, bucket, "One", role=role)
    channel = TrainingChannel("train", S3Location(bucket, "more/"))
    train(stack, bucket, "Two", role=role, channels=[channel], training_job_name=JobName.unique("two"))
    statements = granted(stack)
    sids = [each["Sid"] for each in statements]
    assert len(set(sids)) == len(sids) == 8
    [listing] = [each for each in statements if each["Sid"] == "ListInputs"]
    assert listing["Condition"]["StringLike"]["s3:prefix"] == ["train/*", "more/*"]


def test_of_somebody_else_is_a_warning_that_names_what_could_not_be_seen(stack: cdk.Stack, bucket: s3.IBucket) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::123456789012:role/theirs", mutable=False)
    train(stack, bucket, role=role)
    Annotations.from_stack(stack).has_warning(
        "/Stack/Train",
        Match.string_like_regexp("role: cannot see whether role Stack/Theirs may read 'train/', write 'models/'"),
    )


def test_cannot_be_made_where_a_place_is_known_at_run_time_only(stack: cdk.Stack) -> None:
    with pytest.raises(
        InvalidParameterError, match=r"^Stack/Model: role: cannot be made: where model_data_url lies .* write Model"
    ):
        SageMakerCreateModel(
            stack, "Model", model_name=JobName.unique("fraud"), image=IMAGE, model_data_url="$.training.artifact"
        )

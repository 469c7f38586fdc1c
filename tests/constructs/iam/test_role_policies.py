"""A role that the app makes itself: what its policies lack of what a job touches is known at synth, and named."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import (
    FirstPartyImage,
    JobName,
    S3Location,
    SageMakerCreateTrainingJob,
    TrainingChannel,
    WorkflowBucket,
)
from sagemaker_workflows.iam.role_policies import covers

Grant = Callable[[cdk.Stack, WorkflowBucket, iam.Role], object]
SERVICES = iam.PolicyStatement(actions=["ecr:*", "logs:*", "cloudwatch:Put*"], resources=["*"])


@pytest.mark.parametrize(
    ("pattern", "wanted", "expected"),
    [
        ("*", "<A.Arn>/x/*", True),
        ("<A.Arn>/*", "<A.Arn>/x/*", True),
        ("<A.Arn>/?/*", "<A.Arn>/x/*", True),
        ("<B.Arn>/*", "<A.Arn>/x/*", False),
        ("<A.Arn>/y/*", "<A.Arn>/x/*", False),
        ("<A.Arn>/x/1", "<A.Arn>/x/*", False),
        ("arn:aws:s3:::data/*", "<A.Arn>/x/*", True),
        ("arn:<AWS::Partition>:s3:::data/*", "arn:aws:s3:::data/x", True),
        ("arn:<AWS::Partition>:s3:::other/*", "arn:aws:s3:::data/x", False),
        ("arn:aws:ecr:eu-west-1:1:repository/a", "arn:aws:ecr:eu-west-1:{'Fn::FindInMap': []}:repository/a", True),
        ("arn:aws:ecr:eu-west-1:1:repository/a", "arn:aws:ecr:eu-west-1:{'Fn::FindInMap': []}:repository/b", False),
        ("s3:get*", "s3:getobject", True),
    ],
)
def test_a_pattern_covers_what_it_may_match_for_all_values_that_are_filled_in(
    pattern: str, wanted: str, expected: bool
) -> None:
    assert covers(pattern, wanted) is expected


def warnings(grant: Grant) -> list[str]:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1", account="123456789012"))
    bucket = WorkflowBucket(stack, "Bucket")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    SageMakerCreateTrainingJob(
        stack,
        "Train",
        training_job_name=JobName.unique("fraud"),
        image=FirstPartyImage.xgboost(),
        role=role,
        channels=[TrainingChannel("train", S3Location(bucket, "train/"), "text/csv")],
        output=S3Location(bucket, "models/"),
        hyperparameters={"num_round": "5"},
    )
    grant(stack, bucket, role)  # later than the task: a policy may grow until the end
    found = Annotations.from_stack(stack).find_warning("/Stack/Train", Match.any_value())
    return [str(each.entry.data).partition(" [ack")[0] for each in found]


def test_without_any_policy_all_is_named() -> None:
    [warning] = warnings(lambda stack, bucket, role: None)
    assert warning.startswith("role: Stack/Role is not allowed ecr:GetAuthorizationToken on *; ")
    assert "s3:GetObject on <Bucket83908E77.Arn>/train/*" in warning
    assert "/aws/sagemaker/TrainingJobs:log-stream:fraud-*" in warning
    assert warning.endswith("; grant it, or leave role out")


def test_what_is_missing_is_named() -> None:
    def grant(stack: cdk.Stack, bucket: WorkflowBucket, role: iam.Role) -> None:
        bucket.grant_read(role)
        role.add_to_policy(SERVICES)

    assert warnings(grant) == [
        "role: Stack/Role is not allowed s3:PutObject, s3:AbortMultipartUpload on <Bucket83908E77.Arn>/models/*; "
        "grant it, or leave role out"
    ]


def in_a_policy_of_its_own(stack: cdk.Stack, bucket: WorkflowBucket, role: iam.Role) -> None:
    bucket.grant_read_write(role)
    iam.ManagedPolicy(stack, "Managed", roles=[role], statements=[SERVICES])


def attached(stack: cdk.Stack, bucket: WorkflowBucket, role: iam.Role) -> None:
    everything = iam.PolicyStatement(actions=["*"], resources=["*"])
    role.attach_inline_policy(iam.Policy(stack, "Inline", statements=[everything]))


@pytest.mark.parametrize("grant", [in_a_policy_of_its_own, attached])
def test_policies_of_every_kind_are_read(grant: Grant) -> None:
    assert warnings(grant) == []


def test_a_policy_of_aws_is_not_seen() -> None:
    full = iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSageMakerFullAccess")
    [warning] = warnings(lambda stack, bucket, role: role.add_managed_policy(full))
    assert warning.startswith("role: cannot see whether role Stack/Role may read 'train/', write 'models/'")

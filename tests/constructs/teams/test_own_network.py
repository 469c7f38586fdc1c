"""A team with a VPC, keys, a permissions boundary and a data lake of its own, that trains on spare capacity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import (
    JobNetwork,
    S3Location,
    SpotTraining,
    WorkflowBucket,
    WorkflowStateMachine,
    XGBoostTraining,
)

if TYPE_CHECKING:
    from local_aws import LocalAws
    from tests.constructs.teams.conftest import TeamApp

LAKE, BOUNDARY = "team-data-lake", "arn:aws:iam::123456789012:policy/team-boundary"
LAKE_KEY = "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


class TrainingInOurNetwork(cdk.Stack):
    def __init__(self, scope: cdk.App, id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        iam.PermissionsBoundary.of(self).apply(iam.ManagedPolicy.from_managed_policy_arn(self, "Boundary", BOUNDARY))
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id="vpc-1",
            availability_zones=["us-east-1a", "us-east-1b"],
            private_subnet_ids=["subnet-1", "subnet-2"],
            private_subnet_route_table_ids=["rtb-1", "rtb-2"],
        )
        group = ec2.SecurityGroup.from_security_group_id(self, "Jobs", "sg-1")
        lake = s3.Bucket.from_bucket_attributes(
            self, "Lake", bucket_name=LAKE, encryption_key=kms.Key.from_key_arn(self, "LakeKey", LAKE_KEY)
        )
        key = kms.Key(self, "Key", enable_key_rotation=True)
        bucket = WorkflowBucket(self, "Bucket", encryption_key=key, demo=True)
        training = XGBoostTraining(
            self,
            "Training",
            name_prefix="lake-train",
            train=S3Location(lake, "curated/train/"),
            models=S3Location(bucket, "models/"),
            hyperparameters={"objective": "binary:logistic", "num_round": "5"},
            network=JobNetwork(vpc.private_subnets, [group]),
            volume_key=key,
            spot=SpotTraining(cdk.Duration.hours(4), checkpoints=S3Location(bucket, "checkpoints/")),
            max_runtime=cdk.Duration.hours(2),
        )
        WorkflowStateMachine(
            self,
            "Workflow",
            definition=training.task,
            state_machine_name="lake-training",
            timeout=cdk.Duration.hours(6),
        )


@pytest.fixture(scope="module")
def team(team_app: Callable[..., TeamApp]) -> TeamApp:
    return team_app(TrainingInOurNetwork)


def test_nothing_is_found_in_it(team: TeamApp) -> None:
    assert team.errors() == []
    assert team.warnings() == []


def test_the_job_has_the_teams_network_keys_and_checkpoints(team: TeamApp) -> None:
    [state] = team.synthesized.definition()["States"].values()
    request = state["Parameters"]
    assert request["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}
    assert request["ResourceConfig"]["VolumeKmsKeyId"] == request["OutputDataConfig"]["KmsKeyId"]
    assert request["CheckpointConfig"]["S3Uri"].endswith("/checkpoints/")
    assert request["EnableManagedSpotTraining"] is True
    assert request["EnableNetworkIsolation"] is True


def test_the_role_reads_the_lake_with_its_key_and_every_role_has_the_boundary(team: TeamApp) -> None:
    keys = {
        resource
        for each in team.synthesized.statements("TrainingRole")
        if "kms:Decrypt" in each["Action"]
        for resource in each["Resource"]
    }
    assert LAKE_KEY in keys
    roles = team.synthesized.of_type("AWS::IAM::Role")
    assert {each["Properties"]["PermissionsBoundary"] for each in roles.values()} == {BOUNDARY}


def existing(aws: LocalAws) -> None:
    """What the team has: a boundary and a data lake. Its key is S3's here, for KMS makes up the ids of keys."""
    statement = '{"Effect": "Allow", "Action": "*", "Resource": "*"}'
    document = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    aws.client("iam").create_policy(PolicyName="team-boundary", PolicyDocument=document)
    rows = "".join(f"{number % 2},{number},{number * number}\n" for number in range(100))
    aws.client("s3").create_bucket(Bucket=LAKE)
    aws.client("s3").put_object(Bucket=LAKE, Key="curated/train/rows.csv", Body=rows.encode())


@pytest.mark.slow
@pytest.mark.long
def test_it_runs(team: TeamApp, tmp_path: Path) -> None:
    output = team.run(tmp_path / "aws", {}, before=existing)
    assert output["training"]["S3ModelArtifacts"].endswith("/output/model.tar.gz")

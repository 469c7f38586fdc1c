"""Roles of a workload account. Who may do what with them: tests/mlops/test_access_matrix.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

from sagemaker_workflows import FirstPartyImage
from sagemaker_workflows.mlops import Accounts, Registry, WorkloadRoles
from sagemaker_workflows.mlops.names import PRODUCTION_STAGE, QA_STAGE

S, D, P, Q, R = (str(number) * 12 for number in range(1, 6))
KEY = f"arn:aws:kms:eu-west-1:{S}:key/0f1e2d3c"


@pytest.fixture
def create(synthesize: Callable[[cdk.Stack], Any]) -> Callable[..., Any]:
    def run(stages: Sequence[str] = (QA_STAGE,), key_arn: str = "", alarm: bool = False) -> Any:
        stack = cdk.Stack(cdk.App(), "Workload", env=cdk.Environment(account=Q, region="eu-west-1"))
        metric = cloudwatch.Metric(namespace="AWS/SageMaker", metric_name="Invocation5XXErrors")
        alarms = [cloudwatch.Alarm(stack, "Errors", metric=metric, threshold=1, evaluation_periods=1)] if alarm else []
        WorkloadRoles(
            stack,
            "Roles",
            registry=Registry.named("diabetes", account=S, region="eu-west-1", key_arn=key_arn),
            accounts=Accounts(S, D, P, Q, R),
            stages=stages,
            image=FirstPartyImage.xgboost(),
            rollback_alarms=alarms,
        )
        return synthesize(stack)

    return run


def role(found: Any, name: str) -> dict[str, Any]:
    [properties] = [
        each["Properties"]
        for each in found.of_type("AWS::IAM::Role").values()
        if each["Properties"]["RoleName"] == name
    ]
    return dict(properties)


def inline(found: Any) -> dict[str, list[dict[str, Any]]]:
    policies = role(found, "sagemaker-mlops-model")["Policies"]
    return {each["PolicyName"]: each["PolicyDocument"]["Statement"] for each in policies}


def test_the_model_role_has_the_two_published_policies_and_what_an_endpoint_needs(create: Callable[..., Any]) -> None:
    assert list(inline(create())) == ["ArtifactRead", "KeyUse", "ImagePull", "EndpointLogs"]
    [read] = inline(create())["ArtifactRead"]
    assert (read["Action"], read["Resource"]) == (
        "s3:GetObject",
        f"arn:aws:s3:::sagemaker-mlops-diabetes-{S}-eu-west-1/models/*",
    )


def test_artifacts_are_read_from_the_registrys_account_only(create: Callable[..., Any]) -> None:
    [read] = inline(create())["ArtifactRead"]
    assert read["Condition"] == {"StringEquals": {"aws:ResourceAccount": S}}


@pytest.mark.parametrize(
    ("key_arn", "resource", "aliases"),
    [
        (KEY, KEY, {}),
        (
            "",
            f"arn:aws:kms:eu-west-1:{S}:key/*",
            {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/sagemaker-mlops-diabetes"}},
        ),
    ],
    ids=["known by its ARN", "known by its alias"],
)
def test_the_key_decrypts_through_s3_only(
    create: Callable[..., Any], key_arn: str, resource: str, aliases: dict[str, Any]
) -> None:
    [use] = inline(create(key_arn=key_arn))["KeyUse"]
    assert (use["Action"], use["Resource"]) == ("kms:Decrypt", resource)
    assert use["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, **aliases}


def test_rollback_alarms_are_read_with_the_model_role(create: Callable[..., Any]) -> None:
    [read] = inline(create(alarm=True))["RollbackAlarms"]
    assert read["Action"] == "cloudwatch:DescribeAlarms"


def test_the_deployer_is_assumed_by_two_roles_of_the_deployment_account(create: Callable[..., Any]) -> None:
    [trust] = role(create(), "sagemaker-mlops-deployer")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": P}
    assert trust["Condition"] == {
        "ArnEquals": {
            "aws:PrincipalArn": [
                f"arn:aws:iam::{P}:role/sagemaker-mlops-deployment",
                f"arn:aws:iam::{P}:role/sagemaker-mlops-smoke-test",
            ]
        }
    }


def test_the_deployer_reaches_the_endpoints_of_its_stages_only(create: Callable[..., Any]) -> None:
    def endpoints(found: Any) -> set[str]:
        statements = found.statements("RolesDeployerRole")
        return {arn.split("/")[-1] for each in statements for arn in each["Resource"] if ":endpoint/" in arn}

    assert endpoints(create()) == {"diabetes-qa"}
    assert endpoints(create((QA_STAGE, PRODUCTION_STAGE))) == {"diabetes-qa", "diabetes-prod"}


def test_no_managed_policy_is_attached(create: Callable[..., Any]) -> None:
    assert "ManagedPolicy" not in json.dumps(create().template)

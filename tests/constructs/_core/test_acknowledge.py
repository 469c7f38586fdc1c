"""Acknowledged wildcards: each with a reason of its own; one without a reason stays a finding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from sagemaker_workflows._core.acknowledge import acknowledge_wildcards

SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.fixture
def findings(tmp_path: Path) -> Callable[..., tuple[set[str], dict[str, str]]]:
    """Findings for a role with the statement that stay, and those that are acknowledged, with the reason."""

    def check(
        *actions: str, resource: str | Callable[[cdk.Stack], str], acknowledged: bool = True
    ) -> tuple[set[str], dict[str, str]]:
        app = cdk.App(outdir=str(tmp_path))
        stack = cdk.Stack(app, "Stack")
        role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        arn = resource if isinstance(resource, str) else resource(stack)
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[arn]))
        if acknowledged:
            acknowledge_wildcards(role)
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        try:
            app.synth()
        except RuntimeError as error:
            assert "ValidationFailed" in str(error)  # noqa: PT017
        [report] = json.loads((tmp_path / "validation-report.json").read_text())["pluginReports"]
        iam5 = [each for each in report["violations"] if "IAM5" in each["ruleName"]]
        return (
            {each["ruleName"] for each in iam5},
            {each["ruleName"]: each["reason"] for each in report.get("suppressedViolations", [])},
        )

    return check


@pytest.mark.parametrize(
    ("action", "resource", "reason"),
    [
        ("sagemaker:CreateTrainingJob", f"{SAGEMAKER}:training-job/demo-*", "the prefix is this workflow's own"),
        (
            "logs:PutLogEvents",
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/TrainingJobs:log-stream:demo-*",
            "Streams are named by SageMaker after the job",
        ),
        (
            "logs:PutLogEvents",
            "arn:aws:logs:us-east-1:123456789012:log-group:seed:log-stream:*",
            "Lambda names the streams",
        ),
        ("ecr:GetAuthorizationToken", "*", "ecr:GetAuthorizationToken knows no resource"),
        ("cloudwatch:PutMetricData", "*", "a condition narrows it to one namespace"),
        ("xray:PutTraceSegments", "*", "X-Ray actions know no resource"),
        ("logs:CreateLogDelivery", "*", "log delivery actions know no resource"),
    ],
)
def test_a_wildcard_that_is_needed_has_its_reason(
    findings: Callable[..., tuple[set[str], dict[str, str]]], action: str, resource: str, reason: str
) -> None:
    stay, acknowledged = findings(action, resource=resource)
    assert stay == set()
    assert reason in acknowledged[f"AwsSolutions-IAM5[Resource::{resource}]"]


def test_objects_below_a_prefix_of_a_bucket_of_the_stack(
    findings: Callable[..., tuple[set[str], dict[str, str]]],
) -> None:
    stay, acknowledged = findings(
        "s3:GetObject", resource=lambda stack: s3.Bucket(stack, "Data").arn_for_objects("train/*")
    )
    assert stay == set()
    assert "chosen by the job" in next(reason for rule, reason in acknowledged.items() if ".Arn>/train/*" in rule)


@pytest.mark.parametrize(
    ("actions", "resource"),
    [
        (["s3:GetObject"], "*"),
        (["ecr:GetAuthorizationToken", "s3:GetObject"], "*"),
        (["dynamodb:GetItem"], "arn:aws:dynamodb:us-east-1:123456789012:table/*"),
    ],
)
def test_a_wildcard_without_a_reason_stays_a_finding(
    findings: Callable[..., tuple[set[str], dict[str, str]]], actions: list[str], resource: str
) -> None:
    stay, acknowledged = findings(*actions, resource=resource)
    assert stay == {f"AwsSolutions-IAM5[Resource::{resource}]"}
    assert acknowledged == {}


@pytest.mark.parametrize("resource", [f"{SAGEMAKER}:training-job/*", f"{SAGEMAKER}:*"])
def test_a_sagemaker_wildcard_without_a_prefix_stays_a_finding(
    findings: Callable[..., tuple[set[str], dict[str, str]]], resource: str
) -> None:
    stay, _ = findings("sagemaker:CreateTrainingJob", resource=resource)
    assert stay


def test_a_wildcard_among_the_actions_stays_a_finding(
    findings: Callable[..., tuple[set[str], dict[str, str]]],
) -> None:
    stay, _ = findings("sagemaker:*", resource=f"{SAGEMAKER}:training-job/demo-*")
    assert stay == {"AwsSolutions-IAM5[Action::sagemaker:*]"}


def test_nothing_is_acknowledged_by_itself(findings: Callable[..., tuple[set[str], dict[str, str]]]) -> None:
    stay, acknowledged = findings("xray:PutTraceSegments", resource="*", acknowledged=False)
    assert stay == {"AwsSolutions-IAM5[Resource::*]"}
    assert acknowledged == {}

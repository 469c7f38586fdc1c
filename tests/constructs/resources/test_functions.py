"""Lambda functions of the library: current runtime, own log group, no managed policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from sagemaker_workflows import ScopedFunction, WorkflowError


@pytest.fixture
def function(stack: cdk.Stack) -> ScopedFunction:
    return ScopedFunction(stack, "Seed", folder="seed_dataset", description="Seeds", environment={"BUCKET": "b"})


@pytest.fixture
def synthesized(function: ScopedFunction, stack: cdk.Stack, synthesize: Callable[..., Any]) -> Any:
    return synthesize(stack)


def test_configuration(synthesized: Any) -> None:
    properties = synthesized.only("AWS::Lambda::Function")["Properties"]
    assert properties["Runtime"] == "python3.14"
    assert properties["Handler"] == "index.handler"
    assert properties["Description"] == "Seeds"
    assert properties["Environment"] == {"Variables": {"BUCKET": "b"}}
    assert (properties["MemorySize"], properties["Timeout"]) == (256, 300)


def test_logs_go_to_a_group_of_its_own_which_is_deleted_with_the_stack(synthesized: Any) -> None:
    [(logical_id, group)] = synthesized.of_type("AWS::Logs::LogGroup").items()
    assert synthesized.only("AWS::Lambda::Function")["Properties"]["LoggingConfig"] == {"LogGroup": f"<{logical_id}>"}
    assert group["Properties"]["RetentionInDays"] == 30
    assert group["DeletionPolicy"] == "Delete"


def test_its_role_may_write_that_log_group_and_nothing_else(synthesized: Any) -> None:
    [group] = synthesized.of_type("AWS::Logs::LogGroup")
    assert synthesized.statements("SeedRole") == [
        {
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"arn:aws:logs:us-east-1:123456789012:log-group:<{group}>:log-stream:*"],
        }
    ]
    assert "ManagedPolicyArns" not in synthesized.only("AWS::IAM::Role")["Properties"]


def test_its_role_is_assumed_by_lambda_only(synthesized: Any) -> None:
    [statement] = synthesized.only("AWS::IAM::Role")["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_it_waits_for_its_policy(synthesized: Any) -> None:
    [policy] = synthesized.of_type("AWS::IAM::Policy")
    assert policy in synthesized.only("AWS::Lambda::Function")["DependsOn"]


def test_what_is_allowed_is_added_to_its_role(
    function: ScopedFunction, stack: cdk.Stack, synthesize: Callable[..., Any]
) -> None:
    function.allow(iam.PolicyStatement(sid="Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::b/k"]))
    read = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/k"]}
    assert read in synthesize(stack).statements("SeedRole")


def test_a_folder_that_is_not_there_is_named(stack: cdk.Stack) -> None:
    with pytest.raises(WorkflowError, match="lambda/no_such_function"):
        ScopedFunction(stack, "Missing", folder="no_such_function", description="")

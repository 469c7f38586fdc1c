"""Approvals leave the registry's account by one role only, and arrive in the deployment account from nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from sagemaker_workflows.mlops.approval_rule import DeploymentBus, ModelApprovalRule
from sagemaker_workflows.mlops.names import Registry

S, P = "111122223333", "333344445555"
REGISTRY = Registry.named("houses", account=S, region="us-east-1")
BUS = f"arn:aws:events:us-east-1:{P}:event-bus/sagemaker-mlops"
RULE = f"arn:aws:events:us-east-1:{S}:rule/sagemaker-mlops-houses-approvals"
PATTERN = {
    "source": ["aws.sagemaker"],
    "detail-type": ["SageMaker Model Package State Change"],
    "account": [S],
    "detail": {"ModelPackageGroupName": ["houses"], "ModelApprovalStatus": ["Approved"]},
}


@pytest.fixture(scope="module")
def forwarding(synthesize: Callable[..., Any]) -> Any:
    """The stack in the registry's account."""
    stack = cdk.Stack(cdk.App(), "Shared", env=cdk.Environment(account=S, region="us-east-1"))
    ModelApprovalRule(stack, "Approvals", registry=REGISTRY, deployment_account=P)
    return synthesize(stack)


@pytest.fixture(scope="module")
def receiving(synthesize: Callable[..., Any]) -> Any:
    """The stack in the deployment account."""
    stack = cdk.Stack(cdk.App(), "Deployment", env=cdk.Environment(account=P, region="us-east-1"))
    arn = f"arn:aws:lambda:us-east-1:{P}:function:start"
    function = lambda_.Function.from_function_attributes(stack, "Function", function_arn=arn, same_environment=True)
    DeploymentBus(stack, "Bus", registry=REGISTRY, consumer=function)
    return synthesize(stack)


def policy_of_queue(stack: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.only("AWS::SQS::QueuePolicy")["Properties"]["PolicyDocument"]["Statement"]
    return found


class TestRule:
    def test_matches_approved_versions_of_this_group(self, forwarding: Any) -> None:
        rule = forwarding.only("AWS::Events::Rule")["Properties"]
        assert rule["EventPattern"] == PATTERN
        assert "EventBusName" not in rule

    def test_sends_to_the_bus_with_the_forwarding_role_and_a_dead_letter_queue(self, forwarding: Any) -> None:
        [target] = forwarding.only("AWS::Events::Rule")["Properties"]["Targets"]
        assert target["Arn"] == BUS
        assert target["RoleArn"].startswith("<ApprovalsRole")
        assert target["DeadLetterConfig"]["Arn"].startswith("<ApprovalsDeadLetters")

    def test_the_role_may_put_events_onto_that_bus_alone(self, forwarding: Any) -> None:
        assert forwarding.statements("ApprovalsRole") == [
            {"Effect": "Allow", "Action": ["events:PutEvents"], "Resource": [BUS]}
        ]
        assert forwarding.only("AWS::IAM::Role")["Properties"]["RoleName"] == "sagemaker-mlops-event-forwarding"

    def test_the_role_is_for_this_rule_alone(self, forwarding: Any) -> None:
        [trust] = forwarding.only("AWS::IAM::Role")["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "events.amazonaws.com"}
        assert trust["Condition"] == {
            "StringEquals": {"aws:SourceAccount": S},
            "ArnEquals": {"aws:SourceArn": RULE},
        }

    def test_the_dead_letter_queue_is_encrypted_and_takes_messages_through_tls_from_eventbridge(
        self, forwarding: Any
    ) -> None:
        assert forwarding.only("AWS::SQS::Queue")["Properties"]["SqsManagedSseEnabled"] is True
        tls, eventbridge = policy_of_queue(forwarding)
        assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
        assert (eventbridge["Effect"], eventbridge["Action"]) == ("Allow", "sqs:SendMessage")
        assert eventbridge["Principal"] == {"Service": "events.amazonaws.com"}
        source = eventbridge["Condition"]["ArnEquals"]["aws:SourceArn"]
        assert source.startswith("<ApprovalsRule")


class TestBus:
    def test_takes_model_package_events_of_sagemaker_from_the_forwarding_role_alone(self, receiving: Any) -> None:
        policy = receiving.only("AWS::Events::EventBusPolicy")["Properties"]
        statement = policy["Statement"]
        assert statement.pop("Resource").startswith("<Bus")
        assert statement == {
            "Sid": "cdk-ApprovalsOfTheRegistry",
            "Effect": "Allow",
            # The account, narrowed to the role: a policy may name a role only when it exists.
            "Principal": {"AWS": S},
            "Action": "events:PutEvents",
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{S}:role/sagemaker-mlops-event-forwarding"},
                "StringEquals": {
                    "events:source": "aws.sagemaker",
                    "events:detail-type": "SageMaker Model Package State Change",
                },
            },
        }

    def test_hands_approvals_to_the_function_with_retries_and_a_dead_letter_queue(self, receiving: Any) -> None:
        rule = receiving.only("AWS::Events::Rule")["Properties"]
        assert rule["EventPattern"] == PATTERN
        assert rule["EventBusName"].startswith("<Bus")
        [target] = rule["Targets"]
        assert target["Arn"].endswith(":function:start")
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
        assert target["DeadLetterConfig"]["Arn"].startswith("<BusDeadLetters")

    def test_only_its_rule_may_invoke_the_function(self, receiving: Any) -> None:
        permission = receiving.only("AWS::Lambda::Permission")["Properties"]
        assert permission["Principal"] == "events.amazonaws.com"
        assert permission["SourceArn"].startswith("<BusRule")


def test_the_templates_hold_no_wildcard_principal(forwarding: Any, receiving: Any) -> None:
    # The one there is denies: everybody who comes without TLS.
    for stack in (forwarding, receiving):
        allowed = [each for each in policy_of_queue(stack) if each["Effect"] == "Allow"]
        assert '"*"' not in json.dumps([each["Principal"] for each in allowed])

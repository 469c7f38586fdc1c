"""The state machine of a workflow: logs, traces, a timeout, and the right order of creation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import WorkflowStateMachine


@pytest.fixture
def build(stack: cdk.Stack, synthesize: Callable[..., Any]) -> Callable[..., Any]:
    def make(**options: Any) -> Any:
        WorkflowStateMachine(stack, "Machine", definition=sfn.Pass(stack, "Nothing"), **options)
        return synthesize(stack)

    return make


def properties(synthesized: Any) -> dict[str, Any]:
    found: dict[str, Any] = synthesized.only("AWS::StepFunctions::StateMachine")["Properties"]
    return found


def test_all_events_are_logged_without_inputs_and_outputs(build: Callable[..., Any]) -> None:
    synthesized = build()
    [group] = synthesized.of_type("AWS::Logs::LogGroup")
    assert properties(synthesized)["LoggingConfiguration"] == {
        "Level": "ALL",
        "IncludeExecutionData": False,
        "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": f"<{group}.Arn>"}}],
    }


def test_inputs_and_outputs_are_logged_when_asked_for(build: Callable[..., Any]) -> None:
    assert properties(build(log_execution_data=True))["LoggingConfiguration"]["IncludeExecutionData"] is True


def test_the_log_group_has_the_prefix_that_keeps_the_accounts_resource_policy_small(
    build: Callable[..., Any],
) -> None:
    group = build().only("AWS::Logs::LogGroup")
    assert group["Properties"]["LogGroupName"] == "/aws/vendedlogs/states/Stack-Machine-0f1e2d3c"
    assert group["Properties"]["RetentionInDays"] == 30
    assert group["DeletionPolicy"] == "Delete"


def test_the_log_group_is_kept_when_asked_for(build: Callable[..., Any]) -> None:
    group = build(removal_policy=cdk.RemovalPolicy.RETAIN).only("AWS::Logs::LogGroup")
    assert group["DeletionPolicy"] == "Retain"


def test_it_is_traced(build: Callable[..., Any]) -> None:
    assert properties(build())["TracingConfiguration"] == {"Enabled": True}


def test_it_times_out_after_two_days_or_as_told(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    assert build().definition()["TimeoutSeconds"] == 2 * 24 * 60 * 60


def test_another_timeout(build: Callable[..., Any]) -> None:
    assert build(timeout=cdk.Duration.hours(1)).definition()["TimeoutSeconds"] == 3600


def test_it_is_a_standard_one_because_express_has_no_sync(build: Callable[..., Any]) -> None:
    assert properties(build()).get("StateMachineType", "STANDARD") == "STANDARD"


def test_it_waits_for_its_policy_which_step_functions_tries_out_at_creation(build: Callable[..., Any]) -> None:
    synthesized = build()
    [policy] = synthesized.of_type("AWS::IAM::Policy")
    assert policy in synthesized.only("AWS::StepFunctions::StateMachine")["DependsOn"]


def test_its_role_has_what_logging_and_tracing_need_and_no_managed_policy(build: Callable[..., Any]) -> None:
    synthesized = build()
    actions = {action for each in synthesized.statements("MachineRole") for action in each["Action"]}
    assert {action.split(":")[0] for action in actions} == {"logs", "xray"}
    role = synthesized.only("AWS::IAM::Role")["Properties"]
    assert "ManagedPolicyArns" not in role
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}

"""The state machine of a workflow: logs, traces, a timeout, and the right order of creation."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as cloudwatch_logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import InvalidParameterError, WorkflowStateMachine


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


def test_it_takes_every_option_of_the_one_of_the_cdk() -> None:
    theirs = set(inspect.signature(sfn.StateMachine.__init__).parameters) - {"self", "scope", "id"}
    ours = set(inspect.signature(WorkflowStateMachine.__init__).parameters)
    assert theirs <= ours


def test_an_express_one_ends_after_five_minutes(build: Callable[..., Any]) -> None:
    synthesized = build(state_machine_type=sfn.StateMachineType.EXPRESS, state_machine_name="quick", comment="fast")
    assert properties(synthesized)["StateMachineType"] == "EXPRESS"
    assert properties(synthesized)["StateMachineName"] == "quick"
    assert synthesized.definition()["TimeoutSeconds"] == 300
    assert synthesized.definition()["Comment"] == "fast"


def test_a_longer_timeout_of_an_express_one_is_warned_of(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    build(state_machine_type=sfn.StateMachineType.EXPRESS, timeout=cdk.Duration.minutes(10))
    Annotations.from_stack(stack).has_warning("/Stack/Machine", Match.string_like_regexp("timeout: is 600 seconds"))


def test_an_express_one_cannot_wait_for_a_job(stack: cdk.Stack) -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {"JobName": "x"}}
    waits = sfn.CustomState(stack, "Wait for Glue", state_json=state)
    with pytest.raises(InvalidParameterError, match="an Express workflow cannot wait"):
        WorkflowStateMachine(stack, "Machine", definition=waits, state_machine_type=sfn.StateMachineType.EXPRESS)


def test_a_given_role_gets_what_the_states_need(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    synthesized = build(role=role)
    assert properties(synthesized)["RoleArn"].startswith("<Given")
    assert synthesized.statements("Given")


def test_an_imported_role_is_taken_as_it_is(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    arn = "arn:aws:iam::123456789012:role/states"
    synthesized = build(role=iam.Role.from_role_arn(stack, "Given", arn, mutable=False))
    assert properties(synthesized)["RoleArn"] == arn
    assert synthesized.of_type("AWS::IAM::Policy") == {}


def test_its_key_encrypts_definition_and_history(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    key = kms.Key(stack, "Key")
    synthesized = build(encryption_configuration=sfn.CustomerManagedEncryptionConfiguration(key))
    assert properties(synthesized)["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
    actions = {action for each in synthesized.statements("MachineRole") for action in each["Action"]}
    assert "kms:GenerateDataKey" in actions


def test_its_logs_and_traces_may_be_the_teams_own(stack: cdk.Stack, build: Callable[..., Any]) -> None:
    group = cloudwatch_logs.LogGroup(stack, "Ours")
    synthesized = build(logs=sfn.LogOptions(destination=group), tracing_enabled=False)
    assert len(synthesized.of_type("AWS::Logs::LogGroup")) == 1
    assert properties(synthesized)["LoggingConfiguration"]["Level"] == "ERROR"
    assert properties(synthesized)["TracingConfiguration"] == {"Enabled": False}


def test_it_is_kept_with_its_log_group(build: Callable[..., Any]) -> None:
    synthesized = build(removal_policy=cdk.RemovalPolicy.RETAIN)
    assert synthesized.only("AWS::StepFunctions::StateMachine")["DeletionPolicy"] == "Retain"


def test_a_definition_may_be_text_or_file_with_substitutions(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "definition.json"
    file.write_text('{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${wait}, "End": true}}}')
    for id, body in {
        "Text": sfn.DefinitionBody.from_string(file.read_text()),
        "File": sfn.DefinitionBody.from_file(str(file)),
    }.items():
        machine = WorkflowStateMachine(stack, id, definition_body=body, definition_substitutions={"wait": "5"})
        resource = machine.node.default_child
        assert isinstance(resource, sfn.CfnStateMachine)
        assert resource.definition_substitutions == {"wait": "5"}


@pytest.mark.parametrize("form", ["text", "file"])
def test_a_definition_that_is_text_or_file_is_checked_too(stack: cdk.Stack, tmp_path: Path, form: str) -> None:
    text = '{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}'
    (tmp_path / "definition.json").write_text(text)
    body = (
        sfn.DefinitionBody.from_string(text)
        if form == "text"
        else sfn.DefinitionBody.from_file(str(tmp_path / "definition.json"))
    )
    with pytest.raises(InvalidParameterError, match="StartAt"):
        WorkflowStateMachine(stack, "Machine", definition_body=body)

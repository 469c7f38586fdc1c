from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Word}", "End": True}}}


@pytest.fixture
def describe(aws: LocalAws, machines: Any, allow: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Deploys a state machine with the given properties and describes it."""
    role = machines.role(allow("logs:*"))
    client = aws.client("cloudformation")

    def deploy(**properties: Any) -> dict[str, Any]:
        machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": role, **properties}}
        output = {"Arn": {"Value": {"Fn::GetAtt": ["Machine", "Arn"]}}}
        template = {"Resources": {"Machine": machine}, "Outputs": output}
        client.create_stack(StackName="machine", TemplateBody=json.dumps(template))
        try:
            [stack] = client.describe_stacks(StackName="machine")["Stacks"]
            assert stack["StackStatus"] == "CREATE_COMPLETE", stack
            [arn] = [each["OutputValue"] for each in stack["Outputs"]]
            description: dict[str, Any] = machines.client.describe_state_machine(stateMachineArn=arn)
            return description
        finally:
            client.delete_stack(StackName="machine")

    return deploy


def test_a_definition_may_be_text(describe: Callable[..., Any]) -> None:
    description = describe(DefinitionString=json.dumps(DEFINITION), StateMachineName="by-text")
    assert json.loads(description["definition"]) == DEFINITION
    assert description["name"] == "by-text"


def test_a_definition_may_be_an_object(describe: Callable[..., Any]) -> None:
    assert json.loads(describe(Definition=DEFINITION)["definition"]) == DEFINITION


def test_a_definition_may_lie_in_s3(aws: LocalAws, describe: Callable[..., Any], bucket: str) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key="asl.json", Body=json.dumps(DEFINITION))
    description = describe(DefinitionS3Location={"Bucket": bucket, "Key": "asl.json"})
    assert json.loads(description["definition"]) == DEFINITION


def test_placeholders_are_replaced(describe: Callable[..., Any]) -> None:
    description = describe(DefinitionString=json.dumps(DEFINITION), DefinitionSubstitutions={"Word": "hello"})
    assert json.loads(description["definition"])["States"]["A"]["Result"] == "hello"


def test_logging_tracing_and_type_are_kept(describe: Callable[..., Any]) -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:g:*"
    description = describe(
        Definition=DEFINITION,
        StateMachineType="EXPRESS",
        TracingConfiguration={"Enabled": True},
        LoggingConfiguration={"Level": "ALL", "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": group}}]},
    )
    assert description["type"] == "EXPRESS"
    assert description["tracingConfiguration"] == {"enabled": True}
    assert description["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"] == group

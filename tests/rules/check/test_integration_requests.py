"""Requests to other services than SageMaker: what Step Functions refuses is found, and what it takes passes."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import StateFinding, check_definition
from tests.rules.check.integration_requests import ACTIONS, REQUESTS

#: The two of which one is needed have a case of their own.
OPTIONAL = {("sns", "publish"): "TopicArn", ("http", "invoke"): "Authentication", ("bedrock", "invokeModel"): "Body"}


def found(resource: str, request: Any, *, jsonata: bool = False) -> list[StateFinding]:
    field = "Arguments" if jsonata else "Parameters"
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", field: request, "End": True}
    language = {"QueryLanguage": "JSONata"} if jsonata else {}
    return check_definition({"StartAt": "S", "States": {"S": state}, **language})


def places(findings: list[StateFinding]) -> list[tuple[str, str]]:
    return [(each.rule, each.path.removeprefix("$.States.S.")) for each in findings]


def test_every_action_has_a_request_here() -> None:
    assert sorted(REQUESTS) == sorted(ACTIONS)


@pytest.mark.parametrize(("service", "action"), ACTIONS)
def test_the_smallest_request_is_legal_and_needs_each_of_its_fields(service: str, action: str) -> None:
    request = REQUESTS[service, action]
    assert found(f"{service}:{action}", request) == found(f"{service}:{action}", request, jsonata=True) == []
    for name in request:
        less = {key: each for key, each in request.items() if key != name}
        # What a path leads to is there.
        assert found(f"{service}:{action}", {**less, f"{name}.$": "$.x"}) == []
        findings = found(f"{service}:{action}", less)
        assert [rule for rule, _ in places(findings)] == ["required"]
        if OPTIONAL.get((service, action)) != name:
            assert places(findings) == [("required", f"Parameters.{name}")]


@pytest.mark.parametrize(("service", "action"), ACTIONS)
def test_a_field_that_the_action_does_not_have(service: str, action: str) -> None:
    request = REQUESTS[service, action]
    findings = found(f"{service}:{action}", {**request, "NoSuchField": 1})
    assert places(findings) == [("unknown", "Parameters.NoSuchField")]
    for name, value in request.items():
        camel = name[0].lower() + name[1:]
        less = {key: each for key, each in request.items() if key != name}
        [_, finding] = sorted(found(f"{service}:{action}", {**less, camel: value}), key=lambda each: each.rule)
        assert finding.rule == "unknown"
        assert f"write {name!r}" in finding.message


WRONG: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("ecs:runTask.sync", {"TaskDefinition": "t", "Overrides": []}, ("type", "Overrides")),
    (
        "ecs:runTask",
        {"TaskDefinition": "t", "Overrides": {"ContainerOverrides": [{"name": "c"}]}},
        ("unknown", "Overrides.ContainerOverrides[0].name"),
    ),
    ("batch:submitJob", {"JobName": "j", "JobQueue": "q", "JobDefinition": "d", "Timeout": 60}, ("type", "Timeout")),
    (
        "sqs:sendMessage",
        {"QueueUrl": "u", "MessageBody": "b", "MessageAttributes": {"a": {"StringValue": "v"}}},
        ("required", "MessageAttributes.a.DataType"),
    ),
    ("sqs:sendMessage", {"QueueUrl": "u", "MessageBody": "b", "DelaySeconds": "soon"}, ("type", "DelaySeconds")),
    ("bedrock:invokeModel", {"ModelId": "m", "Body": {}, "Input": {}}, ("fields-exclusive", "Input")),
    (
        "http:invoke",
        {"ApiEndpoint": "https://a", "Method": "get", "InvocationConfig": {}},
        ("field-value", "Method"),
    ),
    (
        "elasticmapreduce:createCluster",
        {"Name": "c", "Instances": {"KeepJobFlowAliveWhenNoSteps": False}},
        ("field-value", "Instances.KeepJobFlowAliveWhenNoSteps"),
    ),
    (
        "elasticmapreduce:createCluster",
        {"Name": "c", "Instances": {}},
        ("required", "Instances.KeepJobFlowAliveWhenNoSteps"),
    ),
    (
        "elasticmapreduce:createCluster",
        {"Name": "c", "Instances": {"KeepJobFlowAliveWhenNoSteps": True}, "Steps": []},
        ("unknown", "Steps"),
    ),
    (
        "elasticmapreduce:modifyInstanceGroupByName",
        {"ClusterId": "c", "InstanceGroup": {"InstanceGroupId": "g"}},
        ("unknown", "InstanceGroup.InstanceGroupId"),
    ),
    ("aws-sdk:s3:getObject", {"Bucket": "b"}, ("required", "Key")),
    ("aws-sdk:s3:getObject", {"bucket": "b", "Bucket": "b", "Key": "k"}, ("unknown", "bucket")),
    ("aws-sdk:sfn:startExecution", {"Input": {}}, ("required", "StateMachineArn")),
    ("aws-sdk:cloudwatchlogs:putLogEvents", {"LogGroupName": "g", "LogStreamName": "s"}, ("required", "LogEvents")),
    ("aws-sdk:dynamodb:query", {"TableName": "t", "Limits": 5}, ("unknown", "Limits")),
    ("aws-sdk:ec2:terminateInstances", {"InstanceIds": "i-1"}, ("type", "InstanceIds")),
]


@pytest.mark.parametrize(("resource", "request_", "expected"), WRONG)
@pytest.mark.parametrize("jsonata", [False, True])
def test_what_is_wrong_is_one_error_at_its_place(
    resource: str, request_: dict[str, Any], expected: tuple[str, str], jsonata: bool
) -> None:
    rule, place = expected
    [finding] = found(resource, request_, jsonata=jsonata)
    assert places([finding]) == [(rule, f"{'Arguments' if jsonata else 'Parameters'}.{place}")]
    assert not finding.is_warning


LEGAL: list[tuple[str, dict[str, Any]]] = [
    ("states:startExecution", {"StateMachineArn": "a", "Input": {"id.$": "$.id"}, "Name.$": "$.name"}),
    ("dynamodb:putItem", {"TableName": "t", "Item.$": "$.item"}),
    ("ecs:runTask.waitForTaskToken", {"TaskDefinition": "t", "EnableECSManagedTags": True, "LaunchType": "FARGATE"}),
    ("glue:startJobRun", {"JobName": "j", "Arguments": {"--key": "v", "--other.$": "$.v"}}),
    ("sqs:sendMessage", {"QueueUrl": "u", "MessageBody": "b", "DelaySeconds": "5"}),
    (
        "emr-serverless:startJobRun.sync",
        {"ApplicationId": "a", "ExecutionRoleArn": "r", "JobDriver": {"SparkSubmit": {"EntryPoint": "e"}}},
    ),
    ("batch:submitJob.sync", {"JobName": "j", "JobQueue": "q", "JobDefinition": "d", "Parameters": {"lower": "v"}}),
    ("aws-sdk:rds:describeDBInstances", {"DbInstanceIdentifier": "d"}),
    ("aws-sdk:s3:putObject", {"Bucket": "b", "Key": "k", "Body": {"an": "object"}}),
    ("aws-sdk:ssm:putParameter.waitForTaskToken", {"Name": "n", "Value": {"an": "object"}, "Type": "String"}),
    ("aws-sdk:fis:startExperiment", {"ExperimentTemplateId": "e"}),
    ("aws-sdk:sqs:sendMessage", {"QueueUrl": "u", "MessageBody": None}),
]


@pytest.mark.parametrize(("resource", "request_"), LEGAL)
def test_what_is_legal_passes(resource: str, request_: dict[str, Any]) -> None:
    assert found(resource, request_) == []


@pytest.mark.parametrize("request_", ["{% $states.input %}", {"FunctionName": "{% $states.input.f %}"}])
def test_what_an_expression_makes_is_left_alone(request_: Any) -> None:
    assert found("lambda:invoke", request_, jsonata=True) == []


def test_without_parameters_the_input_is_the_request() -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    assert check_definition({"StartAt": "S", "States": {"S": state}}) == []


@pytest.mark.parametrize(
    ("resource", "rule", "words", "is_warning"),
    [
        ("aws-sdk:dynamodbs:getItem", "action", "write dynamodb", False),
        ("aws-sdk:nosuchthing:getItem", "action", "make sure that it exists", True),
        ("aws-sdk:dynamodb:getItems", "action", "write getItem", False),
        ("aws-sdk:dynamodb:paint", "action", "make sure that it exists", True),
        ("aws-sdk:dynamodb:GetItem", "action", "write getItem", False),
        ("aws-sdk:dynamodb:getItem.sync", "integration-pattern", "write getItem", False),
    ],
)
def test_names_of_sdk_integrations(resource: str, rule: str, words: str, is_warning: bool) -> None:
    [finding] = found(resource, {"TableName": "t", "Key": {"id": {"S": "1"}}})
    assert (finding.rule, finding.is_warning) == (rule, is_warning)
    assert words in finding.message


def test_a_value_of_a_list_that_may_be_newer_than_botocore_is_a_warning() -> None:
    [finding] = found("ecs:runTask", {"TaskDefinition": "t", "LaunchType": "LUNAR"})
    assert (finding.rule, finding.is_warning) == ("enum", True)
    [finding] = found("ecs:runTask", {"TaskDefinition": "t", "Count": 2})
    assert (finding.rule, finding.is_warning) == ("unknown", True)

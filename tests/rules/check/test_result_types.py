"""What an expression always yields fits the field that takes it, in both integrations of SageMaker."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import StateFinding, check_definition

FILTER = "$.outputs[?(@.OutputName == 'train')].S3Uri"
#: Operation, where in the request, what always yields another kind, what fits or may fit.
JSONPATH = [
    ("createTrainingJob", "TrainingJobName", "States.Array('a', $.b)", "States.Format('a-{}', $.b)"),
    ("createTrainingJob", "OutputDataConfig/S3OutputPath", FILTER, f"States.ArrayGetItem({FILTER}, 0)"),
    ("createTrainingJob", "OutputDataConfig/S3OutputPath", "$.a[0:1]", "$.a[0]"),
    ("createTrainingJob", "RoleArn", "$..role", "$.a..role.length()"),
    ("createTrainingJob", "EnableManagedSpotTraining", "States.Format('{}', $.spot)", "States.ArrayContains($.a, 1)"),
    ("createTrainingJob", "ResourceConfig/InstanceCount", "States.Format('{}', $.n)", "States.MathAdd($.n, 1)"),
    ("createTrainingJob", "ResourceConfig/InstanceCount", "$$.Execution.Name", "$$.State.RetryCount"),
    ("createTrainingJob", "HyperParameters/num_round", "States.MathAdd($.n, 1)", "States.Format('{}', $.n)"),
    ("createTrainingJob", "HyperParameters/num_round", "$$.State.RetryCount", "States.StringToJson($.n)"),
    ("createTrainingJob", "HyperParameters", "States.Format('{}', $.h)", "States.JsonMerge($.a, $.b, false)"),
    ("createTrainingJob", "HyperParameters", "$.h[*]", "$.h"),
    ("createTrainingJob", "Environment/N", "States.ArrayLength($.a)", "States.JsonToString($.a)"),
    ("createTrainingJob", "InputDataConfig", "States.JsonMerge($.a, $.b, false)", "States.Array($.channel)"),
    ("createTrainingJob", "Tags", "States.UUID()", "$.tags[*]"),
    ("createProcessingJob", "AppSpecification/ContainerArguments", "States.Format('--d {}', $.d)", "$.a['b','c'].d"),
    ("createProcessingJob", "AppSpecification/ContainerArguments", "$$.Execution.Id", "States.StringSplit($.a, ' ')"),
    ("createProcessingJob", "AppSpecification", "States.Array($.a)", "$['a','b']"),
    ("createEndpoint", "EndpointName", "States.ArrayContains($.a, 'b')", "$$.Execution.Input.name"),
    ("createModel", "PrimaryContainer/ModelDataUrl", "States.ArrayPartition($.a, 2)", "States.Base64Decode($.a)"),
    ("createTransformJob", "MaxConcurrentTransforms", "States.Hash($.a, 'MD5')", "States.MathRandom(1, 4)"),
]
JSONATA = [
    ("createTrainingJob", "TrainingJobName", "['a', 'b']", "'a' & $uuid()"),
    ("createTrainingJob", "EnableManagedSpotTraining", "$string($states.input.spot)", "$states.input.spot = 'yes'"),
    ("createTrainingJob", "ResourceConfig/InstanceCount", "'1' & ''", "$number($states.input.n)"),
    ("createTrainingJob", "ResourceConfig/InstanceCount", "$states.input.n ~> $string()", "$states.input.n ~> $number"),
    ("createTrainingJob", "HyperParameters/num_round", "$states.input.n + 1", "$string($states.input.n + 1)"),
    ("createTrainingJob", "HyperParameters/num_round", "($x := 1; $x * 2)", "($x := 1; $string($x * 2))"),
    ("createTrainingJob", "HyperParameters/eta", "true ? 0.1 : 0.2", "true ? 0.1 : '0.2'"),
    ("createTrainingJob", "HyperParameters", "'a=1'", "{'a': '1'}"),
    ("createTrainingJob", "Environment/N", "$states.context.State.RetryCount", "$states.context.Execution.Name"),
    ("createTrainingJob", "Environment/N", "$exists($states.input.a)", "$states.input.a[0]"),
    ("createProcessingJob", "AppSpecification/ContainerArguments", "'--d ' & $now()", "['--d', $now()]"),
    ("createProcessingJob", "AppSpecification/ContainerArguments", "$merge([$states.input])", "$split('a b', ' ')"),
    ("createTransformJob", "MaxConcurrentTransforms", "$hash('a', 'MD5')", "['1', '2'][0]"),
]


def found(language: str, action: str, keys: str, value: str, integration: str = "sagemaker") -> list[StateFinding]:
    """What is said of the kind of a value in an otherwise empty request."""
    *path, last = keys.split("/")
    request: dict[str, Any] = {last: f"{{% {value} %}}"} if language == "JSONata" else {f"{last}.$": value}
    for key in reversed(path):
        request = {key: request}
    state = {
        "Type": "Task",
        "QueryLanguage": language,
        "Resource": f"arn:aws:states:::{integration}:{action}",
        "Arguments" if language == "JSONata" else "Parameters": request,
        "End": True,
    }
    definition = {"StartAt": "Job", "States": {"Job": state}}
    return [each for each in check_definition(definition) if each.rule == "result-type"]


@pytest.mark.parametrize(
    ("language", "action", "keys", "wrong", "right"),
    [*(("JSONPath", *each) for each in JSONPATH), *(("JSONata", *each) for each in JSONATA)],
)
def test_kind_of_result(language: str, action: str, keys: str, wrong: str, right: str) -> None:
    [finding] = found(language, action, keys, wrong)
    assert keys.rpartition("/")[2] in finding.path
    assert "; write " in finding.message
    assert found(language, action, keys, right) == []


@pytest.mark.parametrize(
    ("language", "value"),
    [("JSONPath", "States.JsonMerge($.a, $.b, false)"), ("JSONPath", "$.a[*]"), ("JSONata", "{'ComponentName': 'x'}")],
)
def test_sdk_integration_writes_objects_and_lists_as_json_into_text(language: str, value: str) -> None:
    keys = "OutputConfig/PresetDeploymentConfig"
    assert found(language, "createEdgePackagingJob", keys, value, "aws-sdk:sagemaker") == []


def test_number_of_an_sdk_integration_takes_no_text() -> None:
    value = "States.Format('{}', $.n)"
    assert len(found("JSONPath", "createEndpointConfig", "DataCaptureConfig/InitialSamplingPercentage", value)) == 1
    keys = "DataCaptureConfig/InitialSamplingPercentage"
    assert len(found("JSONPath", "createEndpointConfig", keys, value, "aws-sdk:sagemaker")) == 1


@pytest.mark.parametrize(
    "config", [{"ComponentName": "x"}, {"ComponentName.$": "$.name"}, {"a": [1, {"b": None}]}, [{"a.$": "$.a"}], "{}"]
)
def test_object_of_an_sdk_integration_is_written_as_json_into_text(config: Any) -> None:
    request = {
        "EdgePackagingJobName": "a",
        "CompilationJobName": "c",
        "ModelName": "m",
        "ModelVersion": "1",
        "RoleArn": "arn:aws:iam::111122223333:role/r",
        "OutputConfig": {"S3OutputLocation": "s3://b/o", "PresetDeploymentConfig": config},
    }
    resource = "arn:aws:states:::aws-sdk:sagemaker:createEdgePackagingJob"
    state = {"Type": "Task", "Resource": resource, "Parameters": request, "End": True}
    assert check_definition({"StartAt": "Job", "States": {"Job": state}}) == []


def test_object_of_an_optimized_integration_stays_an_object() -> None:
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createModel",
        "Parameters": {"ModelName": {"a": 1}, "ExecutionRoleArn": "arn:aws:iam::111122223333:role/r"},
        "End": True,
    }
    found = check_definition({"StartAt": "Job", "States": {"Job": state}})
    assert ("type", "$.States.Job.Parameters.ModelName") in {(each.rule, each.path) for each in found}


#: A request to another service, what a field of it cannot be, and what it may be.
OTHERS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("sqs:sendMessage", {"QueueUrl": "q", "MessageBody": "m"}, "DelaySeconds", "$.delays[*]", "States.Format('{}', 1)"),
    ("events:putEvents", {}, "Entries", "States.JsonMerge($.a, $.b, false)", "States.Array($.event)"),
    ("batch:submitJob", {"JobName": "j", "JobQueue": "q", "JobDefinition": "d"}, "Parameters", "$..p", "$.p"),
    ("dynamodb:getItem", {"TableName": "t"}, "Key", "States.Format('{}', $.k)", "States.StringToJson($.k)"),
    ("dynamodb:putItem", {"TableName": "t"}, "Item", "States.Array($.k)", "$.item"),
    ("aws-sdk:ec2:describeInstances", {}, "Filters", "States.UUID()", "States.Array($.filter)"),
    ("aws-sdk:sfn:listExecutions", {"StateMachineArn": "m"}, "MaxResults", "$.n[0:2]", "States.MathAdd($.n, 1)"),
]


@pytest.mark.parametrize(("resource", "request_", "field", "wrong", "right"), OTHERS)
def test_requests_to_other_services_are_known_as_well(
    resource: str, request_: dict[str, Any], field: str, wrong: str, right: str
) -> None:
    def errors(value: str) -> list[tuple[str, str]]:
        parameters = {**request_, f"{field}.$": value}
        state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
        found = check_definition({"StartAt": "S", "States": {"S": state}})
        return [(each.rule, each.path) for each in found if not each.is_warning]

    assert errors(wrong) == [("result-type", f"$.States.S.Parameters['{field}.$']")]
    assert errors(right) == []


def test_a_value_of_dynamodb_may_be_a_text() -> None:
    for value in ("$$.Execution.Id", "States.Format('{}', $.n)"):
        request = {"TableName": "t", "Item": {"id.$": value, "n": {"N.$": value}}}
        state = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": request, "End": True}
        assert check_definition({"StartAt": "S", "States": {"S": state}}) == []

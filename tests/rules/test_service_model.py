"""The walk of the service model: every rule of the API that is known at synthesis, and nothing that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sagemaker_rules.service_model import Finding, check_request, input_shape
from sagemaker_rules.walk import compiled

OPERATIONS = ["CreateTrainingJob", "CreateTransformJob", "CreateModel"]
DYNAMIC = "<token>"


def request(**changes: Any) -> dict[str, Any]:
    """A legal request for a training job, with changes to its top level; None takes a field away."""
    legal = {
        "TrainingJobName": "train-1",
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "AlgorithmSpecification": {"TrainingImage": "registry/image:1", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }
    return {key: value for key, value in {**legal, **changes}.items() if value is not None}


def findings(**changes: Any) -> list[Finding]:
    return check_request("CreateTrainingJob", request(**changes), is_dynamic=lambda value: value == DYNAMIC)


def finding(**changes: Any) -> tuple[str, str]:
    [only] = findings(**changes)
    assert not only.is_warning
    return only.path, only.rule


def resources(**changes: Any) -> dict[str, Any]:
    return {**request()["ResourceConfig"], **changes}


def test_a_legal_request_has_no_findings() -> None:
    assert findings() == []


def test_required_field_that_is_missing() -> None:
    assert finding(RoleArn=None) == ("RoleArn", "required")


def test_required_field_inside_a_structure() -> None:
    assert finding(AlgorithmSpecification={"TrainingImage": "i"}) == (
        "AlgorithmSpecification.TrainingInputMode",
        "required",
    )


def test_unknown_field_is_answered_with_the_nearest_known_one() -> None:
    [only] = findings(HyperParameter={})
    assert (only.path, only.rule) == ("HyperParameter", "unknown")
    assert "did you mean 'HyperParameters'?" in only.message


def test_field_in_lower_case_is_unknown() -> None:
    assert finding(roleArn="arn:aws:iam::123456789012:role/job") == ("roleArn", "unknown")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"HyperParameters": {"num_round": 5}}, "HyperParameters['num_round']"),
        ({"HyperParameters": ["num_round"]}, "HyperParameters"),
        ({"ResourceConfig": resources(InstanceCount="1")}, "ResourceConfig.InstanceCount"),
        ({"ResourceConfig": resources(InstanceCount=True)}, "ResourceConfig.InstanceCount"),
        ({"ResourceConfig": resources(VolumeSizeInGB=1.5)}, "ResourceConfig.VolumeSizeInGB"),
        ({"ResourceConfig": "ml.m5.xlarge"}, "ResourceConfig"),
        ({"EnableNetworkIsolation": "yes"}, "EnableNetworkIsolation"),
        ({"Tags": {"Key": "team"}}, "Tags"),
        ({"Tags": [{"Key": "team", "Value": 1}]}, "Tags[0].Value"),
    ],
)
def test_value_of_another_type(changes: dict[str, Any], path: str) -> None:
    assert finding(**changes) == (path, "type")


def test_number_where_a_string_belongs_is_answered_with_the_string() -> None:
    [only] = findings(HyperParameters={"num_round": 5})
    assert only.message == "must be a string, not 5; write '5'"


def test_whole_number_that_aws_cdk_lib_gives_as_a_float_is_legal() -> None:
    assert findings(ResourceConfig=resources(VolumeSizeInGB=30.0)) == []


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "StoppingCondition.MaxRuntimeInSeconds", "min"),
        ({"ResourceConfig": resources(InstanceCount=-1)}, "ResourceConfig.InstanceCount", "min"),
        ({"InputDataConfig": []}, "InputDataConfig", "min"),
        ({"OutputDataConfig": {"S3OutputPath": "s3://" + "a" * 1020}}, "OutputDataConfig.S3OutputPath", "max"),
        ({"HyperParameters": {str(number): "1" for number in range(101)}}, "HyperParameters", "max"),
        ({"Tags": [{"Key": str(number), "Value": ""} for number in range(51)]}, "Tags", "max"),
        ({"HyperParameters": {"k" * 257: "1"}}, f"HyperParameters['{'k' * 257}'] (key)", "max"),
    ],
)
def test_value_outside_its_bounds(changes: dict[str, Any], path: str, rule: str) -> None:
    assert finding(**changes) == (path, rule)


def test_value_that_is_not_in_the_list() -> None:
    algorithm = {"TrainingImage": "i", "TrainingInputMode": "Files"}
    [only] = findings(AlgorithmSpecification=algorithm)
    assert (only.path, only.rule) == ("AlgorithmSpecification.TrainingInputMode", "enum")
    assert only.message == "'Files' is not one of Pipe, File, FastFile; write one of them"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"TrainingJobName": "my_job"}, "TrainingJobName"),
        ({"TrainingJobName": "job\n"}, "TrainingJobName"),
        ({"RoleArn": "arn:aws:iam::1234567890:role/ten-digits"}, "RoleArn"),
        ({"OutputDataConfig": {"S3OutputPath": "bucket/models"}}, "OutputDataConfig.S3OutputPath"),
    ],
)
def test_value_that_does_not_match_the_whole_pattern(changes: dict[str, Any], path: str) -> None:
    assert finding(**changes) == (path, "pattern")


def test_name_of_64_characters() -> None:
    assert ("TrainingJobName", "max") in [(each.path, each.rule) for each in findings(TrainingJobName="a" * 64)]


class TestInstanceType:
    @pytest.mark.parametrize("instance_type", ["ml.m99.xlarge", "ml.g77e.48xlarge", "ml.p9-ultra.metal"])
    def test_that_is_unknown_but_legal_by_form_is_a_warning(self, instance_type: str) -> None:
        [only] = findings(ResourceConfig=resources(InstanceType=instance_type))
        assert (only.path, only.rule, only.is_warning) == ("ResourceConfig.InstanceType", "enum", True)
        assert instance_type in only.message

    @pytest.mark.parametrize("instance_type", ["m5.xlarge", "ml.m5", "ml.m5.huge", "ml.m5.xlarge ", "", "ml.M5.xlarge"])
    def test_that_is_illegal_by_form_is_an_error(self, instance_type: str) -> None:
        assert finding(ResourceConfig=resources(InstanceType=instance_type)) == ("ResourceConfig.InstanceType", "enum")

    def test_is_answered_with_the_nearest_one(self) -> None:
        [only] = findings(ResourceConfig=resources(InstanceType="ml.m5.xlrage"))
        assert "did you mean 'ml.m5.xlarge'?" in only.message


class TestWhatIsKnownOnlyAtRunTime:
    def test_counts_as_present_and_legal(self) -> None:
        assert findings(RoleArn=DYNAMIC, ResourceConfig=DYNAMIC, HyperParameters={"num_round": DYNAMIC}) == []

    def test_a_key_that_ends_in_a_path_counts_as_present(self) -> None:
        assert findings(RoleArn=None, **{"RoleArn.$": "$.role"}) == []

    def test_such_a_key_must_still_be_a_field(self) -> None:
        assert finding(**{"Role.$": "$.role"}) == ("Role", "unknown")


def test_findings_come_in_the_order_of_the_request_all_of_them() -> None:
    found = findings(TrainingJobName="my_job", ResourceConfig=resources(InstanceCount=-1, InstanceType="big"))
    assert [each.path for each in found] == [
        "TrainingJobName",
        "ResourceConfig.InstanceCount",
        "ResourceConfig.InstanceType",
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_pattern_of_the_service_model_compiles(operation: str) -> None:
    _compile_patterns(operation)


def test_every_pattern_of_a_processing_job_compiles() -> None:
    _compile_patterns("CreateProcessingJob")


def _compile_patterns(operation: str) -> None:
    patterns = set(_patterns(input_shape(operation), set()))
    assert patterns
    for pattern in patterns:
        compiled(pattern)


def _patterns(shape: Any, seen: set[str]) -> Iterator[str]:
    if shape.name in seen:
        return
    seen.add(shape.name)
    if pattern := shape.metadata.get("pattern"):
        yield pattern
    children: Any = {
        "structure": lambda: shape.members.values(),
        "list": lambda: [shape.member],
        "map": lambda: [shape.key, shape.value],
    }.get(shape.type_name, list)
    for child in children():
        yield from _patterns(child, seen)

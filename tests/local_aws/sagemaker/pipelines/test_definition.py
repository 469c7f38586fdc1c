from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.sagemaker.pipelines.definition import parse
from local_aws.sagemaker.pipelines.references import DefinitionError

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def _step(name: str, arguments: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Lambda", "FunctionArn": FUNCTION, "Arguments": arguments or {}, **others}


def _condition(name: str, conditions: list[Any], yes: list[Any], no: list[Any]) -> dict[str, Any]:
    arguments = {"Conditions": conditions, "IfSteps": yes, "ElseSteps": no}
    return {"Name": name, "Type": "Condition", "Arguments": arguments}


def _text(*steps: Any, **others: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Steps": steps, **others})


OUTPUT = [{"OutputName": "o", "OutputType": "String"}]
EQUAL = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}


PROCESSING = {
    "RoleArn": "arn:aws:iam::123456789012:role/job",
    "AppSpecification": {"ImageUri": "image"},
    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}},
    "ProcessingOutputConfig": {
        "Outputs": [
            {
                "OutputName": "out",
                "S3Output": {
                    "S3Uri": "s3://bucket/out",
                    "LocalPath": "/opt/ml/processing/out",
                    "S3UploadMode": "EndOfJob",
                },
            }
        ]
    },
}


def test_a_step_depends_on_what_it_names_what_it_uses_and_the_condition_above_it() -> None:
    inner = _step("Inner", {"x": {"Get": "Steps.First.OutputParameters['o']"}}, DependsOn=["Second"])
    definition = parse(
        _text(_condition("Choice", [EQUAL], [inner], []), _step("First", OutputParameters=OUTPUT), _step("Second"))
    )
    assert definition.dependencies["Inner"] == {"First", "Second", "Choice"}
    assert definition.dependencies["Choice"] == frozenset()
    assert (definition.steps["Inner"].parent, definition.steps["Inner"].branch) == ("Choice", True)


def test_a_condition_depends_on_the_step_of_its_property_file() -> None:
    files = [{"PropertyFileName": "Report", "OutputName": "out", "FilePath": "e.json"}]
    process = {"Name": "Evaluate", "Type": "Processing", "Arguments": PROCESSING, "PropertyFiles": files}
    get = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "mse"}}
    definition = parse(_text(process, _condition("C", [{**EQUAL, "LeftValue": get}], [], [])))
    assert definition.dependencies["C"] == {"Evaluate"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it is no JSON"),
        (json.dumps({"Version": "2019", "Steps": [_step("A")]}), "Version '2019': write '2020-12-01'"),
        (_text(), "Steps is empty"),
        (_text(_step("A"), _step("A")), "'A' stands there twice"),
        (_text(_step("A"), _condition("C", [EQUAL], [_step("A")], [])), "'A' stands there twice"),
        (_text(_step("my step")), "step 'my step': a name has 1 to 64 letters"),
        (_text({"Name": "A", "Type": "Dance", "Arguments": {}}), "step 'A': there is no step type 'Dance'"),
        (_text({"Name": "A", "Type": "Training"}), "step 'A': a step of type Training needs Arguments"),
        (_text({"Name": "A", "Type": "Lambda"}), "step 'A': a step of type Lambda needs FunctionArn"),
        (_text(_step("A", DependsOn=["B"])), "step 'A': DependsOn 'B': there is no such step"),
        (_text(_step("A", {"x": {"Get": "Steps.B.C"}})), "step 'A': there is no step 'B'"),
        (_text(_step("A", {"x": {"Get": "Parameters.P"}})), "step 'A': parameter 'P' is not declared"),
        (_text(_step("A", {"x": {"Get": "Execution.Weather"}})), "step 'A': Get 'Execution.Weather'"),
        (
            _text(
                _step("A", {"x": {"Get": "Steps.B.OutputParameters['o']"}}),
                _step("B", DependsOn=["A"], OutputParameters=OUTPUT),
            ),
            "step 'A': depends on itself: A -> B -> A",
        ),
        (
            _text(_step("A", {"x": {"Get": "Steps.B.PropertyFiles.F"}}), _step("B")),
            "step 'A': step 'B' has no property file 'F'",
        ),
        (
            _text(_step("A", DependsOn=["F"]), {"Name": "F", "Type": "Fail", "Arguments": {}}),
            "step 'A': DependsOn 'F': no step can depend on a Fail step",
        ),
        (_text(_condition("C", [], [], [])), "step 'C': a step of type Condition needs Arguments.Conditions"),
        (_text(_condition("C", [{"Type": "NotEquals"}], [], [])), "step 'C': there is no condition 'NotEquals'"),
        (
            _text(_condition("C", [{"Type": "Not", "Expression": EQUAL}], [], [])),
            "step 'C': condition Not has the keys Condition, Type",
        ),
        (
            _text(_step("A", RetryPolicies=[{"ExceptionType": ["Step.MAGIC"]}])),
            "step 'A': RetryPolicies: there is no ExceptionType 'Step.MAGIC'",
        ),
        (
            _text(
                _step(
                    "A", RetryPolicies=[{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 1, "ExpireAfterMin": 1}]
                )
            ),
            "step 'A': RetryPolicies: write MaxAttempts or ExpireAfterMin, not both",
        ),
        (_text(_step("A"), Parameters=[{"Name": "P", "Type": "List"}]), "parameter 'P': Type 'List' is none of"),
        (
            _text(_step("A"), Parameters=[{"Name": "P", "Type": "Integer", "DefaultValue": "1"}]),
            "parameter 'P': DefaultValue '1' is no Integer",
        ),
        (
            _text(_step("A"), Parameters=[{"Name": "P", "Type": "String", "DefaultValue": "c", "EnumValues": ["a"]}]),
            "parameter 'P': 'c' is none of a",
        ),
        (_text(_step("A", {"x": float("nan")})), "it is no JSON: JSON has no NaN"),
        (_text(_step("A", {"x": {"Get": "Steps.B.['']"}})), "step 'A': there is no step 'B'"),
        (_text({"Name": "A", "Type": ["Lambda"]}), "step 'A': there is no step type ['Lambda']"),
        (_text(_step("A"), Parameters=[{"Name": "P", "Type": []}]), "parameter 'P': Type [] is none of"),
        (
            _text(_step("A"), Parameters=[{"Name": "P", "Type": "String", "EnumValues": [1]}]),
            "parameter 'P': EnumValues is no list of strings",
        ),
        (_text({**_step("A"), "Arguments": 0}), "step 'A': Arguments is no JSON object"),
        (
            _text({"Name": "A", "Type": "Training", "Arguments": {"AlgorithmSpecification": "x"}}),
            "step 'A': Arguments.RoleArn is missing",
        ),
        (_text(_step("A", PropertyFiles=["x"])), "step 'A': PropertyFiles is no list of JSON objects"),
        (_text(_step("A", OutputParameters=True)), "step 'A': OutputParameters is no list of JSON objects"),
        (
            _text(_step("A", OutputParameters=[{"OutputName": "n", "OutputType": "Weird"}])),
            "step 'A': OutputParameters: write OutputName, and OutputType as one of String, Integer",
        ),
        (
            _text(_step("A", OutputParameters=[{"OutputType": "String"}])),
            "step 'A': OutputParameters: write OutputName",
        ),
        (_text(_step("A", {"x": {"Std:Join": {"On": "/"}}})), "step 'A': Std:Join needs Values, a list"),
        (_text(_step("A", {"x": {"Std:JsonGet": {"Path": "a"}}})), "step 'A': Std:JsonGet needs PropertyFile or S3Uri"),
        (
            _text(_step("A", {"x": {"Std:JsonGet": {"S3Uri": "s3://b/k"}}})),
            "step 'A': Std:JsonGet needs Path, a string",
        ),
        (
            _text(_step("A", {"x": {"Std:JsonGet": {"PropertyFile": "F", "Path": "a"}}})),
            "step 'A': Std:JsonGet: PropertyFile is a Get",
        ),
        (_text(_condition("C", [{"Type": []}], [], [])), "step 'C': there is no condition []"),
        (
            _text(_condition("C", [{"Type": "Or", "Conditions": None}], [], [])),
            "step 'C': condition Or: Conditions is no list",
        ),
        (
            _text(_step("A"), PipelineExperimentConfig={"ExperimentName": {"Get": "Parameters.P"}}),
            "PipelineExperimentConfig: parameter 'P' is not declared",
        ),
    ],
)
def test_what_the_service_would_refuse_is_refused_in_one_line_that_names_the_place(text: str, message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        parse(text)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)

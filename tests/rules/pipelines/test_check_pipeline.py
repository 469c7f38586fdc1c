"""Each rule on pipelines finds what is wrong, says it once, and lets pass what is right beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from sagemaker_rules.pipelines import PipelineFinding, check_pipeline, is_pipeline
from sagemaker_rules.pipelines.rules import PIPELINE_RULES
from tests.rules.pipelines.legal import (
    ASK,
    DRIFT,
    GOOD,
    LEGAL_PIPELINE,
    MODEL,
    PREPARE,
    SCORE,
    TRAIN,
    TUNE,
    get,
    join,
    pipeline,
)
from tests.rules.requests.legal import REMOVED, variant

PREPARED = f"Steps/{PREPARE}/Arguments"
TRAINED = f"Steps/{TRAIN}/Arguments"
CONDITION = f"Steps/{GOOD}/Arguments/Conditions/0"
REGISTERED = f"Steps/{GOOD}/Arguments/IfSteps/0/Arguments"
MANY = [{"Name": f"S{index}", "Type": "Fail", "Arguments": {"ErrorMessage": "x"}} for index in range(50)]

# The guide spells the properties in lower case.
SPARK = {"HadoopJarStep": {"Jar": "command-runner.jar", "Properties": [{"key": "a", "value": "b"}]}}


def endpoint_config(*variants: str) -> dict[str, Any]:
    """A step whose configuration's name pipelines fill in."""
    arguments = {"ProductionVariants": [variant(each) for each in variants]}
    return {"Name": "Config", "Type": "EndpointConfig", "Arguments": arguments}


#: Retry policies of which none is right.
POLICIES: list[Any] = [
    {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 1, "ExpireAfterMin": 1},
    {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": "5"},
    {"ExceptionType": ["Step.THROTTLING"], "BackoffRate": -1},
    {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": True},
    {"ExceptionType": ["Step.THROTTLING"], "Attempts": 1},
    {"ExceptionType": []},
    "x",
]
#: Rule, what breaks it, and what does not.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # --- types of references ---
    ("reference-type", {f"{PREPARED}/AppSpecification/ContainerArguments/0": get("Parameters.Rows")}, {}),
    ("reference-type", {f"{PREPARED}/AppSpecification/ContainerArguments/0": get("Parameters.Fast")}, {}),
    (
        "reference-type",
        {f"{PREPARED}/Environment": {"RATE": get("Parameters.Rate")}},
        {f"{PREPARED}/Environment": {"RATE": join(get("Parameters.Rate")), "ENV": get("Parameters.Env")}},
    ),
    (
        "reference-type",
        {f"{TRAINED}/HyperParameters/eta": get("Parameters.Rate")},
        {f"{TRAINED}/HyperParameters/eta": join(get("Parameters.Rate"))},
    ),
    (
        "reference-type",
        {f"{TRAINED}/ResourceConfig/InstanceCount": get("Parameters.Env")},
        {f"{TRAINED}/ResourceConfig/InstanceCount": get("Parameters.Rows")},
    ),
    (
        "reference-type",
        {f"{TRAINED}/ResourceConfig/InstanceType": get("Parameters.Rows")},
        {f"{TRAINED}/ResourceConfig/InstanceType": get("Parameters.Env")},
    ),
    ("reference-type", {f"{TRAINED}/ResourceConfig/VolumeSizeInGB": get("Parameters.Rate")}, {}),
    ("reference-type", {f"{TRAINED}/InputDataConfig": get("Parameters.Env")}, {}),
    (
        "reference-type",
        {f"{TRAINED}/EnableNetworkIsolation": get("Parameters.Rows")},
        {f"{TRAINED}/EnableNetworkIsolation": get("Parameters.Fast")},
    ),
    (
        "reference-type",
        {f"Steps/{SCORE}/Arguments/Environment": {"N": get("Steps.Train.ResourceConfig.InstanceCount")}},
        {f"Steps/{SCORE}/Arguments/Environment": {"N": get("Steps.Train.ResourceConfig.InstanceType")}},
    ),
    (
        "reference-type",
        {f"{PREPARED}/AppSpecification/ContainerArguments/0": get("Steps.Other.OutputParameters['n']")}
        | {
            "Steps/8": {
                "Name": "Other",
                "Type": "Callback",
                "SqsQueueUrl": "https://sqs",
                "Arguments": {},
                "OutputParameters": [{"OutputName": "n", "OutputType": "Integer"}],
            }
        },
        {},
    ),
    ("reference-type", {f"{TRAINED}/ResourceConfig/InstanceCount": join("1")}, {}),
    ("condition", {f"Steps/{GOOD}/Arguments/ElseSteps": {}}, {f"Steps/{GOOD}/Arguments/ElseSteps": []}),
    # --- references ---
    ("reference", {f"Steps/{ASK}/Arguments/x": get("Parameters.Undeclared")}, {}),
    ("reference", {f"Steps/{ASK}/Arguments/x": get("Execution.Weather")}, {f"Steps/{ASK}/Arguments/x": "Execution.W"}),
    ("reference", {f"Steps/{ASK}/Arguments/x": get("Steps.Trian.TrainingJobName")}, {}),
    ("reference", {f"Steps/{SCORE}/Arguments/Environment": {"X": get("Steps.Stop.X")}}, {}),
    ("reference", {f"{CONDITION}/LeftValue/Std:JsonGet/PropertyFile": get("Steps.Prepare.PropertyFiles.Other")}, {}),
    ("reference", {f"{CONDITION}/LeftValue/Std:JsonGet/PropertyFile": get("Steps.Prepare.ProcessingJobName")}, {}),
    ("reference", {f"{CONDITION}/LeftValue/Std:JsonGet/Path": "metrics auc"}, {}),
    ("reference", {f"Steps/{ASK}/Arguments/x": {"Std:Join": {"On": "/"}}}, {f"Steps/{ASK}/Arguments/x": join()}),
    ("reference", {"PipelineExperimentConfig/TrialName": get("Steps.Nowhere.X")}, {"PipelineExperimentConfig": None}),
    ("property", {f"Steps/{ASK}/Arguments/model": get("Steps.Train.ModelArtifact.S3ModelArtifacts")}, {}),
    (
        "property",
        {f"Steps/{ASK}/Arguments/model": get("Steps.Train.ModelArtifacts.S3")},
        {f"Steps/{ASK}/Arguments/model": get("Steps.Train.HyperParameters['anything']")},
    ),
    (
        "property",
        {f"Steps/{SCORE}/Arguments/ModelName": get("Steps.Ask.ModelName")},
        {f"Steps/{SCORE}/Arguments/ModelName": get("Steps.Tune.TrainingJobSummaries[0].TrainingJobName")},
    ),
    ("property", {f"{CONDITION}/RightValue": get("Steps.Ask.OutputParameters['limits']")}, {}),
    (
        "property",
        {f"Steps/{ASK}/Arguments/model": get("Steps.Drift.ProcessingJobName")},
        {f"Steps/{ASK}/Arguments/model": get("Steps.Drift.CalculatedBaselineStatistics")},
    ),
    ("property", {f"Steps/{ASK}/Arguments/model": get("Steps.Train.TrainingJobName.x")}, {}),
    # --- arguments against the service's shape ---
    ("required", {f"{PREPARED}/RoleArn": REMOVED}, {}),
    ("unknown", {f"{TRAINED}/ResourceConfig/Foo": 1}, {}),
    ("unknown", {f"{TRAINED}/hyperParameters": {}}, {}),
    ("unknown", {f"{REGISTERED}/InferenceSpecification/Container": []}, {}),
    ("unknown", {f"Steps/{GOOD}/Arguments/ElseSteps/0/Arguments/Cause": "x"}, {}),
    ("type", {f"{TRAINED}/HyperParameters/num_round": 50}, {f"{TRAINED}/HyperParameters/num_round": "50"}),
    ("type", {f"{PREPARED}/Environment": {"N": 3}}, {}),
    ("type", {f"{TRAINED}/ResourceConfig/InstanceCount": "1"}, {}),
    ("enum", {f"{TRAINED}/ResourceConfig/InstanceType": "m5.large"}, {}),
    ("max", {f"{PREPARED}/AppSpecification/ContainerArguments": ["x"] * 101}, {}),
    ("local-path", {f"{PREPARED}/ProcessingInputs/0/S3Input/LocalPath": "/tmp/x"}, {}),
    ("empty-argument", {f"{PREPARED}/AppSpecification/ContainerArguments/0": ""}, {}),
    ("xgboost-hyperparameter", {f"{TRAINED}/HyperParameters/rounds": "5"}, {}),
    ("step-argument", {f"{REGISTERED}/ModelPackageName": "x"}, {f"{REGISTERED}/ModelPackageDescription": "x"}),
    ("step-arguments", {TRAINED: []}, {}),
    ("step-input", {f"Steps/{ASK}/Arguments/x": [1, 2]}, {f"Steps/{ASK}/Arguments/x": True}),
    (
        "required",
        {"Steps/8": {"Name": "Spark", "Type": "EMR", "Arguments": {"ClusterId": "j-1", "StepConfig": {}}}},
        {"Steps/8": {"Name": "Spark", "Type": "EMR", "Arguments": {"ClusterId": "j-1", "StepConfig": SPARK}}},
    ),
    (
        "variant-twice",
        {"Steps/8": endpoint_config("A", "A")},
        {"Steps/8": endpoint_config("A", "B")},
    ),
    # --- steps ---
    ("step-name", {f"Steps/{DRIFT}/Name": "my step"}, {f"Steps/{DRIFT}/Name": "my_step-1"}),
    ("step-twice", {f"Steps/{DRIFT}/Name": "Tune"}, {}),
    ("step-length", {f"Steps/{DRIFT}/Description": "x" * 3073}, {f"Steps/{DRIFT}/Description": "x" * 3072}),
    ("step-type", {f"Steps/{TUNE}/Type": "Tunning"}, {f"Steps/{TUNE}/Type": "Lineage"}),
    ("step-key", {f"Steps/{TUNE}/Depends": ["Train"]}, {f"Steps/{TUNE}/DependsOn": ["Train"]}),
    ("step-key", {f"Steps/{ASK}/FunctionArn": REMOVED}, {}),
    ("step-key", {f"Steps/{GOOD}/CacheConfig": {"Enabled": True}}, {}),
    ("step-cycle", {f"Steps/{PREPARE}/DependsOn": ["Model"]}, {f"Steps/{DRIFT}/DependsOn": ["Model"]}),
    ("depends-on", {f"Steps/{DRIFT}/DependsOn": ["Moddel"]}, {f"Steps/{DRIFT}/DependsOn": ["Register"]}),
    ("depends-on", {f"Steps/{DRIFT}/DependsOn": "Model"}, {f"Steps/{DRIFT}/DependsOn": []}),
    (
        "step-branch",
        {f"Steps/{GOOD}/Arguments/ElseSteps/0/DependsOn": ["Register"]},
        {f"Steps/{GOOD}/Arguments/ElseSteps/0/DependsOn": ["Train"]},
    ),
    ("check-type", {f"Steps/{DRIFT}/CheckType": "DATA_BIAS"}, {f"Steps/{DRIFT}/CheckType": "MODEL_QUALITY"}),
    (
        "retry-policy",
        {f"Steps/{TRAIN}/RetryPolicies/0/ExceptionType": ["Step.MAGIC"]},
        {f"Steps/{TRAIN}/RetryPolicies/0/ExceptionType": ["SageMaker.CAPACITY_ERROR"]},
    ),
    *(("retry-policy", {f"Steps/{TRAIN}/RetryPolicies": [policy]}, {}) for policy in POLICIES),
    ("cache", {f"Steps/{TRAIN}/CacheConfig/Enabled": "true"}, {f"Steps/{TRAIN}/CacheConfig": {"Enabled": False}}),
    ("property-file", {f"Steps/{PREPARE}/PropertyFiles/0/OutputName": "row"}, {}),
    ("property-file", {f"Steps/{PREPARE}/PropertyFiles/0/FilePath": REMOVED}, {}),
    (
        "output-parameter",
        {f"Steps/{ASK}/OutputParameters/1": {"OutputName": "x", "OutputType": "List"}},
        {f"Steps/{ASK}/OutputParameters/1": {"OutputName": "x", "OutputType": "Boolean"}},
    ),
    # --- conditions ---
    ("condition", {f"{CONDITION}/Type": "NotEquals"}, {f"{CONDITION}/Type": "LessThan"}),
    ("condition", {f"Steps/{GOOD}/Arguments/Conditions": []}, {}),
    (
        "condition",
        {CONDITION: {"Type": "Not", "Expression": {"Type": "Equals", "LeftValue": 1, "RightValue": 1}}},
        {CONDITION: {"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": 1, "RightValue": 1}}},
    ),
    (
        "condition-types",
        {f"{CONDITION}/RightValue": get("Parameters.Env"), f"{CONDITION}/LeftValue": 0.5},
        {f"{CONDITION}/RightValue": get("Parameters.Rows"), f"{CONDITION}/LeftValue": 0.5},
    ),
    (
        "condition-types",
        {CONDITION: {"Type": "Equals", "LeftValue": get("Parameters.Env"), "RightValue": 5}},
        {CONDITION: {"Type": "Equals", "LeftValue": get("Parameters.Env"), "RightValue": "5"}},
    ),
    # --- the whole ---
    ("pipeline", {"Version": "2019-01-01"}, {}),
    ("pipeline", {"Stages": []}, {}),
    ("pipeline", {"Steps": []}, {"Metadata": {"project": "churn"}}),
    ("pipeline-size", {"Steps": [*LEGAL_PIPELINE["Steps"], *MANY[:41]]}, {"Steps": MANY}),
    ("parameter", {"Parameters/0/DefaultValue": "1"}, {"Parameters/1/DefaultValue": 2}),
    ("parameter", {"Parameters/2/DefaultValue": "qa"}, {"Parameters/2/DefaultValue": "prod"}),
    ("parameter", {"Parameters/1/EnumValues": ["0.5"]}, {}),
    ("parameter", {"Parameters/3/DefaultValue": 1}, {"Parameters/3/DefaultValue": True}),
    ("parameter", {"Parameters/4": {"Name": "Rows", "Type": "Integer"}}, {}),
    ("parameter", {"Parameters/4": {"Name": "Items", "Type": "List"}}, {}),
]


def found(changes: dict[str, Any]) -> list[PipelineFinding]:
    return check_pipeline(pipeline(changes))


def test_a_legal_pipeline_has_no_findings() -> None:
    assert found({}) == []
    assert is_pipeline(LEGAL_PIPELINE)
    assert not is_pipeline({"StartAt": "A", "States": {}})


@pytest.mark.parametrize(("rule", "wrong", "right"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_wrong_is_said_once_and_what_is_right_is_not(
    rule: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    assert [each.rule for each in found(wrong)] == [rule]
    assert found(right) == []


def test_every_rule_has_a_case() -> None:
    assert {rule.id for rule in PIPELINE_RULES} <= {case[0] for case in CASES}


def test_a_finding_names_the_step_the_place_and_the_remedy() -> None:
    [finding] = found({f"{PREPARED}/AppSpecification/ContainerArguments/0": get("Parameters.Rows")})
    assert str(finding).startswith(
        "Prepare: Steps[0].Arguments.AppSpecification.ContainerArguments[0]: reference-type: Parameters.Rows is of "
        "type Integer, and String belongs here; join it to a text"
    )
    assert finding.words == "Cannot assign property reference [Parameters.Rows] to argument of type [String]"


def test_steps_in_branches_are_checked_where_they_stand() -> None:
    [finding] = found({f"{REGISTERED}/ModelApprovalStatus": "Yes"})
    assert finding.path == "Steps[3].Arguments.IfSteps[0].Arguments.ModelApprovalStatus"


def test_what_is_known_at_deployment_only_is_let_pass() -> None:
    changes = {f"{TRAINED}/RoleArn": "${Role.Arn}", f"{TRAINED}/ResourceConfig/InstanceCount": "${Count}"}
    assert check_pipeline(pipeline(changes), is_token=lambda value: isinstance(value, str) and "${" in value) == []


@pytest.mark.parametrize("document", [None, [], "x", {"Version": "2020-12-01", "Steps": "x"}, {"Steps": [1]}])
def test_what_is_no_pipeline_is_one_sentence_and_no_traceback(document: Any) -> None:
    assert check_pipeline(document)


def test_a_model_step_uses_what_it_depends_on() -> None:
    assert found({f"Steps/{MODEL}/DependsOn": REMOVED}) == []


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every place of a document, with slashes."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield "/".join((*path, str(key)))
        yield from places(item, (*path, str(key)))


def test_whatever_stands_where_it_does_not_belong_is_no_traceback() -> None:
    junk: list[Any] = [None, [], {}, 1, 1.5, True, "", [None], get("Parameters.Env"), {"Get": 1}, [1, "a", {}]]
    every = [(place, value) for place in places(LEGAL_PIPELINE) for value in junk]
    for place, value in random.Random(7).sample(every, 80):
        assert isinstance(found({place: value}), list)
    for index in range(len(LEGAL_PIPELINE["Steps"])):
        for key in ("PropertyFiles", "OutputParameters", "RetryPolicies", "DependsOn", "CacheConfig", "Arguments"):
            assert found({f"Steps/{index}/{key}": 1})
    assert found({"Parameters/0/Type": "x"})

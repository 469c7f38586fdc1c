"""One table of mistakes at the three doors: the check, the synthesis of constructs, and the local AWS's Create calls.

Each door says the same rule, and lets pass what is right.
"""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from local_aws.sagemaker.pipelines import definition as local_pipelines
from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.validation import check_request
from sagemaker_rules.actions import ACTIONS
from sagemaker_rules.check import check_definition
from sagemaker_rules.pipelines import check_pipeline
from sagemaker_rules.requests import AT_RUN_TIME
from sagemaker_workflows import InvalidParameterError, WorkflowStateMachine
from tests.rules.pipelines.legal import PREPARE, TRAIN, get, pipeline
from tests.rules.requests.cases import CASES
from tests.rules.requests.legal import LEGAL, REMOVED, request

REGION = "us-east-1"
OPERATIONS = {"XGBoost": "CreateTrainingJob"}
_ACTIONS = {action.operation: action for action in ACTIONS}

#: One case a rule; rules that only warn leave the calls alone.
_BY_RULE = {each.rule: (each.operation, each.wrong) for each in reversed(CASES)}
#: What the service model says, and how the API says it.
MODEL_CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("required", "CreateTrainingJob", {"RoleArn": REMOVED}, "Member must not be null"),
    ("pattern", "CreateModel", {"ModelName": "my_model"}, "must satisfy regular expression pattern"),
    ("enum", "CreateTrainingJob", {"AlgorithmSpecification/TrainingInputMode": "file"}, "must satisfy enum value set"),
    ("max", "CreateTransformJob", {"TransformJobName": "x" * 64}, "length less than or equal to 63"),
    ("min", "CreateTrainingJob", {"StoppingCondition/MaxRuntimeInSeconds": 0}, "value greater than or equal to 1"),
    ("type", "CreateTrainingJob", {"ResourceConfig/InstanceCount": "1"}, "must be a number"),
]


def at_check(operation: str, given: dict[str, Any]) -> set[str]:
    """Rules of the errors that the check finds."""
    return {each.rule for each in check_definition(_machine(operation, given)) if not each.is_warning}


class Synthesis:
    """Synthesizes one state after the other; a stack of its own for each would take most of the time."""

    def __init__(self) -> None:
        self._app = cdk.App()
        self._count = 0

    def __call__(self, operation: str, given: dict[str, Any]) -> str:
        """What ends the synthesis; empty where nothing does."""
        self._count += 1
        stack = cdk.Stack(self._app, f"Stack{self._count}")
        state = sfn.CustomState(stack, "Job", state_json=_machine(operation, given)["States"]["Job"])
        try:
            WorkflowStateMachine(stack, "Workflow", definition=sfn.Chain.start(state))
        except InvalidParameterError as error:
            return str(error)
        return ""


@pytest.fixture(scope="module")
def at_synthesis() -> Synthesis:
    return Synthesis()


def at_create(operation: str, given: dict[str, Any]) -> str:
    """What the local AWS answers; empty where it takes the request."""
    return check_request(OPERATIONS.get(operation, operation), given, REGION) or ""


def _machine(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    action = OPERATIONS.get(operation, operation)
    resource = f"arn:aws:states:::sagemaker:{action[0].lower()}{action[1:]}"
    return {
        "StartAt": "Job",
        "States": {"Job": {"Type": "Task", "Resource": resource, "Parameters": given, "End": True}},
    }


@pytest.mark.parametrize("rule", sorted(_BY_RULE))
def test_a_mistake_in_a_request_has_the_same_rule_at_each_door(at_synthesis: Synthesis, rule: str) -> None:
    operation, changes = _BY_RULE[rule]
    given = request(operation, changes)
    if OPERATIONS.get(operation, operation) not in _ACTIONS:
        assert f"[{rule}]" in at_create(operation, given)  # no state asks for it
        return
    found = at_check(operation, given)
    if not found:  # a warning
        assert at_synthesis(operation, given) == at_create(operation, given) == ""
        return
    assert found == {rule}
    assert at_synthesis(operation, given).endswith(f"({rule})")
    answer = at_create(operation, given)
    assert answer.endswith(f"[{rule}]") or (rule in AT_RUN_TIME and not answer)


@pytest.mark.parametrize(("rule", "operation", "changes", "words"), MODEL_CASES)
def test_what_the_service_model_says(
    at_synthesis: Synthesis, rule: str, operation: str, changes: dict[str, Any], words: str
) -> None:
    given = request(operation, changes)
    assert at_check(operation, given) == {rule}
    assert at_synthesis(operation, given).endswith(f"({rule})")
    assert words in at_create(operation, given)


@pytest.mark.parametrize("operation", LEGAL)
def test_what_is_right_passes_each_door(at_synthesis: Synthesis, operation: str) -> None:
    given = request(operation, {})
    assert at_create(operation, given) == ""
    if OPERATIONS.get(operation, operation) in _ACTIONS:
        assert at_check(operation, given) == set()
        assert at_synthesis(operation, given) == ""


PIPELINE_CASES: list[tuple[str, dict[str, Any]]] = [
    ("reference-type", {f"Steps/{PREPARE}/Arguments/Environment": {"N": get("Parameters.Rows")}}),
    ("property", {f"Steps/{TRAIN}/Arguments/RoleArn": get("Steps.Prepare.Role")}),
    ("reference", {f"Steps/{TRAIN}/Arguments/RoleArn": get("Parameters.Role")}),
    ("required", {f"Steps/{PREPARE}/Arguments/RoleArn": REMOVED}),
    ("unknown", {f"Steps/{TRAIN}/Arguments/Foo": 1}),
    ("type", {f"Steps/{TRAIN}/Arguments/HyperParameters/num_round": 5}),
    ("local-path", {f"Steps/{PREPARE}/Arguments/ProcessingInputs/0/S3Input/LocalPath": "/tmp"}),
    ("step-twice", {f"Steps/{TRAIN}/Name": "Prepare"}),
    ("depends-on", {f"Steps/{TRAIN}/DependsOn": ["Nowhere"]}),
]


@pytest.mark.parametrize(("rule", "changes"), PIPELINE_CASES)
def test_a_mistake_in_a_pipeline_has_the_same_rule_at_create_pipeline(rule: str, changes: dict[str, Any]) -> None:
    document = pipeline(changes)
    assert rule in {each.rule for each in check_pipeline(document)}
    with pytest.raises(DefinitionError, match=rf"\[{rule}\]$"):
        local_pipelines.parse(json.dumps(document), REGION)


def test_a_pipeline_that_is_right_passes() -> None:
    assert local_pipelines.parse(json.dumps(pipeline({})), REGION).steps

"""The JSON Schema for editors takes what the rules take, and marks what a schema can see."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest

from sagemaker_rules.check.editor_schema import editor_schema
from sagemaker_rules.cli import main
from tests.rules.check.conftest import HERE, definition
from tests.rules.check.integration_requests import REQUESTS
from tests.rules.check.legal_definitions import LEGAL

LEGAL_DEFINITIONS = {
    **LEGAL,
    **{path.name: definition(path.name.removesuffix(".asl.json")) for path in HERE.glob("*/*.asl.json")},
}


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = editor_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def problems(validator: Any, document: dict[str, Any]) -> list[str]:
    return [f"{each.json_path}: {each.message[:200]}" for each in validator.iter_errors(document)]


@pytest.mark.parametrize("name", LEGAL_DEFINITIONS)
def test_what_is_legal_is_valid(validator: Any, name: str) -> None:
    assert problems(validator, LEGAL_DEFINITIONS[name]) == []


def _machine(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": state}, **more}


@pytest.mark.parametrize(("service", "action"), REQUESTS)
def test_requests_of_every_action_are_valid(validator: Any, service: str, action: str) -> None:
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{service}:{action}", "End": True}
    request = REQUESTS[service, action]
    assert problems(validator, _machine({**task, "Parameters": {**request, "Any.$": "$.x"}})) == []
    assert problems(validator, _machine({**task, "Arguments": request}, QueryLanguage="JSONata")) == []
    assert problems(validator, _machine({**task, "Parameters": {**request, "NoSuchField": 1}}))
    assert problems(validator, _machine({**task, "Arguments": {**request, "Any.$": "$.x"}}, QueryLanguage="JSONata"))


END: dict[str, Any] = {"Type": "Pass", "End": True}
INNER: dict[str, Any] = {"StartAt": "I", "States": {"I": END}}
WRONG: dict[str, dict[str, Any]] = {
    "no StartAt": {"States": {"S": END}},
    "no states": {"StartAt": "S", "States": {}},
    "a field that there is not": _machine(END, Timeout=5),
    "a type that there is not": _machine({"Type": "Taks", "End": True}),
    "a field of another type": _machine({**END, "TimeoutSeconds": 5}),
    "a value of another type": _machine({"Type": "Wait", "Seconds": "5", "End": True}),
    "a value out of bounds": _machine({"Type": "Wait", "Seconds": -1, "End": True}),
    "neither Next nor End": _machine({"Type": "Pass"}),
    "both Next and End": _machine({**END, "Next": "S"}),
    "no Resource": _machine({"Type": "Task", "End": True}),
    "two times": _machine({"Type": "Wait", "Seconds": 5, "SecondsPath": "$.s", "End": True}),
    "a field and its path": _machine(
        {"Type": "Map", "ItemProcessor": INNER, "MaxConcurrency": 1, "MaxConcurrencyPath": "$.n", "End": True}
    ),
    "JSONata in JSONPath": _machine({**END, "Output": "{% 1 %}"}),
    "JSONPath in JSONata": _machine({**END, "ResultPath": "$.x"}, QueryLanguage="JSONata"),
    "JSONPath in a state of JSONata": _machine({**END, "QueryLanguage": "JSONata", "InputPath": "$.x"}),
    "a state of JSONPath in JSONata": _machine({**END, "QueryLanguage": "JSONPath"}, QueryLanguage="JSONata"),
    "a retry without errors": _machine(
        {"Type": "Parallel", "Branches": [INNER], "Retry": [{"MaxAttempts": 1}], "End": True}
    ),
    "no branch": _machine({"Type": "Parallel", "Branches": [], "End": True}),
    "a wrong state of a branch": _machine(
        {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass"}}}], "End": True}
    ),
    "a mode that there is not": _machine(
        {"Type": "Map", "ItemProcessor": {**INNER, "ProcessorConfig": {"Mode": "BIG"}}, "End": True}
    ),
    "a rule without Next": _machine({"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True}]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_schema_can_see_is_marked(validator: Any, name: str) -> None:
    assert problems(validator, copy.deepcopy(WRONG[name]))


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == editor_schema()

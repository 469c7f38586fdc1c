"""statelint is asked in its own dialect: its false alarms do not reach the user, what it finds rightly does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from statelint.linter import Linter

from sagemaker_rules.check.language import language_findings
from tests.rules.check.conftest import HERE, definition, errors, findings_of

LEGAL = sorted(path.name.removesuffix(".asl.json") for path in HERE.glob("legal/*.asl.json"))


@pytest.mark.parametrize("name", LEGAL)
def test_statelint_alone_raises_false_alarms_on_legal_definitions(name: str) -> None:
    assert Linter.validate(definition(name))
    assert errors(findings_of(definition(name))) == []


def task(**fields: Any) -> dict[str, Any]:
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True, **fields}
    return {"StartAt": "A.b [0]", "States": {"A.b [0]": {key: each for key, each in state.items() if each is not None}}}


@pytest.mark.parametrize(
    "fields",
    [
        {"Retry": [{"ErrorEquals": ["X"], "BackoffRate": 2, "MaxAttempts": 99999999}]},
        {"TimeoutSeconds": 99999999},
        {"TimeoutSeconds": "${Timeout}"},
        {"Resource": "${Function.Arn}"},
        {"Assign": {"a.$": "$.a"}},
        {"QueryLanguage": "JSONata", "TimeoutSeconds": "{% 3 %}", "Arguments": "{% $states.input%}"},
    ],
    ids=json.dumps,
)
def test_false_alarm(fields: dict[str, Any]) -> None:
    assert Linter.validate(task(**fields))
    assert list(language_findings(task(**fields))) == []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"Catch": [{"Next": "A.b [0]"}]}, ".Catch[0].ErrorEquals: states-language: is missing; the States Language"),
        ({"Retry": [{"ErrorEquals": ["X"], "BackoffRate": "2"}]}, '.Retry[0].BackoffRate: states-language: is "2"; wr'),
        ({"Commment": "x"}, ".Commment: states-language: is no field of this place; write 'Comment'"),
        ({"Comment": None, "QueryLanguage": "XPath"}, ".QueryLanguage: states-language: is 'XPath'; write one of"),
        ({"TimeoutSeconds": 3, "TimeoutSecondsPath": "$.t"}, ": states-language: has several of the fields"),
        ({"TimeoutSeconds": 0}, ".TimeoutSeconds: states-language: is 0, which is too small; the bound is 0"),
        ({"Resource": "lambda"}, '.Resource: states-language: is "lambda"; write a URI'),
    ],
)
def test_right_finding_with_the_name_of_the_state_whatever_stands_in_it(fields: dict[str, Any], line: str) -> None:
    [found] = language_findings(task(**fields))
    assert str(found).startswith(f"A.b [0]: $.States['A.b [0]']{line}")


def test_the_same_name_in_two_branches() -> None:
    branch = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    state = {"Type": "Parallel", "Branches": [branch, branch], "End": True}
    [found] = findings_of({"StartAt": "P", "States": {"P": state}})
    assert str(found).startswith(
        "P: $.States.P.Branches[1].States: states-language: has the name of another state, 'A'"
    )


def test_the_same_name_inside_and_outside() -> None:
    branch = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    states = {"P": {"Type": "Parallel", "Branches": [branch], "Next": "A"}, "A": {"Type": "Succeed"}}
    [found] = findings_of({"StartAt": "P", "States": states})
    assert found.rule == "states-language"
    assert "give it a name of its own" in found.message

"""Parts of a definition that CloudFormation puts in: of what stands there nothing is said, of all else as before."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import check_definition

LAMBDA = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
END: dict[str, Any] = {"Type": "Pass", "End": True}
PICK = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Done"}]}
BRANCH = {"StartAt": "In", "States": {"In": END}}


def errors(states: dict[str, Any], *, is_deployed: bool = False, **top: Any) -> list[tuple[str, str]]:
    definition = {"StartAt": next(iter(states)), "States": states, **top}
    found = check_definition(definition, is_deployed=is_deployed)
    return [(each.rule, each.path) for each in found if not each.is_warning]


UNKNOWN: dict[str, dict[str, Any]] = {
    "retriers": {"Ask": {**LAMBDA, "Retry": "${Retriers}", "End": True}},
    "one retrier": {"Ask": {**LAMBDA, "Retry": ["${Retrier}", {"ErrorEquals": ["States.ALL"]}], "End": True}},
    "catchers, which lead somewhere": {"Ask": {**LAMBDA, "Catch": "${Catchers}", "End": True}, "Mend": END},
    "one catcher": {"Ask": {**LAMBDA, "Catch": ["${Catcher}"], "End": True}, "Mend": END},
    "rules": {"Pick": {**PICK, "Choices": "${Rules}"}, "Done": END},
    "one rule": {"Pick": {**PICK, "Choices": [*PICK["Choices"], "${Rule}"]}, "Done": END, "Else": END},
    "branches": {"Both": {"Type": "Parallel", "Branches": "${Branches}", "End": True}},
    "one branch": {"Both": {"Type": "Parallel", "Branches": ["${Branch}", BRANCH], "End": True}},
    "an item processor": {"Each": {"Type": "Map", "ItemProcessor": "${Processor}", "End": True}},
    "the states of a branch": {
        "Both": {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": "${Inner}"}], "End": True}
    },
    "a state": {"Ask": "${Ask}", "Done": END},
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_nothing_is_said_of_a_part_that_is_not_known(case: str) -> None:
    assert errors(UNKNOWN[case]) == []


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_service_that_gets_it_so_refuses_it(case: str) -> None:
    assert errors(UNKNOWN[case], is_deployed=True) != []


def test_all_states_may_be_unknown() -> None:
    assert not check_definition({"StartAt": "A", "States": "${States}"})


def test_what_is_wrong_elsewhere_is_said_all_the_same() -> None:
    states = {"Ask": {**LAMBDA, "Retry": "${Retry}", "Catch": [{"ErrorEquals": ["E"], "Next": "Gone"}], "Next": "Doen"}}
    assert errors({**states, "Done": END}) == [
        ("transition", "$.States.Ask.Next"),
        ("transition", "$.States.Ask.Catch[0].Next"),
    ]


def test_a_part_of_a_text_makes_no_list() -> None:
    assert errors({"Ask": {**LAMBDA, "Retry": "${Retry} and more", "End": True}}) == [("shape", "$.States.Ask.Retry")]


@pytest.mark.parametrize(
    ("state", "rule", "field"),
    [
        ({**LAMBDA, "Resource": "${FunctionArn}", "End": True}, "resource-arn", "Resource"),
        ({**LAMBDA, "TimeoutSeconds": "${Timeout}", "End": True}, "field-type", "TimeoutSeconds"),
        ({"Type": "Wait", "Timestamp": "${Time}", "End": True}, "timestamp", "Timestamp"),
        ({**LAMBDA, "Next": "${Next}"}, "transition", "Next"),
        ({**END, "InputPath": "${Path}"}, "path", "InputPath"),
    ],
)
def test_a_service_reads_a_placeholder_as_text(state: dict[str, Any], rule: str, field: str) -> None:
    assert (rule, f"$.States.Here.{field}") in errors({"Here": state}, is_deployed=True)


def test_a_placeholder_in_an_expression_is_text_of_it_once_deployed() -> None:
    states = {"Here": {**END, "Output": "{% ${Total} + 1 %}"}}
    jsonata: dict[str, Any] = {"QueryLanguage": "JSONata"}
    assert errors(states, **jsonata) == []
    assert errors(states, is_deployed=True, **jsonata) == [("jsonata-syntax", "$.States.Here.Output")]

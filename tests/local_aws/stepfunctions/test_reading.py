"""What definitions say is what runs: literals, choices, errors inside of Map and Parallel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.stepfunctions.reading.failures import matches
from local_aws.stepfunctions.reading.operators import string_matches

JSONATA = {"QueryLanguage": "JSONata"}
ODD = 'say "no" \\ it\'s \u00fc\t{}'


def passed(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", "End": True, **fields}


def run(machines: Any, states: dict[str, Any], given: Any = None, **more: Any) -> dict[str, Any]:
    machine = machines.create(states, role=machines.role(), **more)
    started = machines.client.start_execution(stateMachineArn=machine, input=json.dumps(given or {}))
    description: dict[str, Any] = machines.wait(started["executionArn"])
    return description


def output(machines: Any, states: dict[str, Any], given: Any = None, **more: Any) -> Any:
    description = run(machines, states, given, **more)
    assert description["status"] == "SUCCEEDED", description
    return json.loads(description["output"])


def test_literals_mean_what_json_says_wherever_they_stand(machines: Any) -> None:
    states = {
        ODD: {"Type": "Pass", "Result": {ODD: ODD}, "ResultPath": None, "Next": "B"},
        "B": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "StringEquals": ODD, "Next": "Type"}],
            "Default": "Fail",
        },
        "Type": passed(Parameters={"a": ODD, ODD: 1, "b.$": "States.Format('it\\'s {} \\{\\}', $.x)"}),
        "Fail": {"Type": "Fail", "Error": "States.Format", "Cause": ODD},
    }
    assert output(machines, states, {"x": ODD}) == {"a": ODD, ODD: 1, "b": f"it's {ODD} {{}}"}
    failed = run(machines, states, {"x": "other"})
    assert (failed["error"], failed["cause"]) == ("States.Format", ODD)


def test_words_of_the_language_are_texts_like_any_other(machines: Any) -> None:
    words = ["Type", "States.ALL", "$.a", "States.UUID()", "{% 1 %}", "Result", "true"]
    states = {"StartAt": passed(Comment="Type", Parameters={"Next": words, "End": "States"})}
    assert output(machines, states) == {"Next": words, "End": "States"}


def test_paths_in_a_template(machines: Any) -> None:
    template = {
        "none.$": "$.i[?(@.a == 2)]",
        "one.$": "$.i[?(@.a == 1)].a",
        "last.$": "$.i[-1].a",
        "sum.$": "States.MathAdd($.n, 1.5)",
        "machine.$": "$$.StateMachine.Name",
        "state.$": "$$.State.Name",
    }
    given = {"i": [{"a": 1}, {"a": 3}], "n": 1}
    found = output(machines, {"A": passed(Parameters=template)}, given)
    assert found | {"machine": ""} == {"none": [], "one": [1], "last": 3, "sum": 3, "machine": "", "state": "A"}


@pytest.mark.parametrize(
    ("state", "error", "cause"),
    [
        (
            passed(Parameters={"y.$": "$.x"}),
            "States.Runtime",
            "An error occurred while executing the state 'A' (entered at the event id #2). The JSONPath '$.x' "
            "specified for the field 'y.$' could not be found in the input '{}'",
        ),
        (
            passed(InputPath="$.x"),
            "States.Runtime",
            "An error occurred while executing the state 'A' (entered at the event id #2). Invalid path '$.x' : No "
            "results for path: $['x']",
        ),
        (passed(Parameters={"y.$": "States.ArrayLength('a')"}), "States.IntrinsicFailure", None),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "B"}]},
            "States.Runtime",
            None,
        ),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "B"}]},
            "States.NoChoiceMatched",
            None,
        ),
    ],
)
def test_what_cannot_be_computed_has_the_error_of_aws(
    machines: Any, state: dict[str, Any], error: str, cause: str | None
) -> None:
    ended = run(machines, {"A": state, "B": passed()} if state["Type"] == "Choice" else {"A": state})
    assert (ended["status"], ended["error"]) == ("FAILED", error)
    assert cause is None or ended["cause"] == cause


def test_null_is_a_value_and_undefined_is_none(machines: Any) -> None:
    assert output(machines, {"A": passed(Output="{% $states.input.a %}")}, {"a": None}, top=JSONATA) is None
    ended = run(machines, {"A": passed(Output="{% $states.input.b %}")}, {"a": None}, top=JSONATA)
    assert ended["error"] == "States.QueryEvaluationError"
    assert ended["cause"].endswith("The JSONata expression '$states.input.b' returned nothing (undefined).")


def inline(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    processor = {"StartAt": next(iter(states)), "States": states}
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


def parallel(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": [{"StartAt": next(iter(states)), "States": states}], "End": True, **fields}


@pytest.mark.parametrize("outer", [inline, parallel])
@pytest.mark.parametrize(
    "names", [["States.TaskFailed"], ["States.ALL"], ["States.Permissions"], ["Other", "States.Permissions"]]
)
def test_an_error_inside_is_caught_outside_by_its_own_name(machines: Any, outer: Any, names: list[str]) -> None:
    inner = {"F": {"Type": "Fail", "Error": "States.Permissions", "Cause": "why"}}
    catch = [{"ErrorEquals": names, "Next": "B"}]
    caught = output(machines, {"A": outer(inner, Catch=catch), "B": passed()}, [1])
    assert caught == {"Error": "States.Permissions", "Cause": "why"}


@pytest.mark.parametrize("outer", [inline, parallel])
def test_an_error_inside_that_nobody_catches_keeps_its_name(machines: Any, outer: Any) -> None:
    inner = {"F": {"Type": "Fail", "Error": "States.Timeout", "Cause": "why"}}
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}]
    ended = run(machines, {"A": outer(inner, Catch=catch), "B": passed()}, [1])
    assert (ended["error"], ended["cause"]) == ("States.Timeout", "why")


@pytest.mark.parametrize(
    ("names", "error", "caught"),
    [
        (["States.ALL"], "Anything", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.Runtime"], "States.Runtime", True),
        (["States.TaskFailed"], "Anything", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.Timeout"], "States.HeartbeatTimeout", True),
        (["States.ALL"], None, True),
        (["A", "B"], "B", True),
        (["A"], "AB", False),
    ],
)
def test_wildcards_of_error_equals(names: list[str], error: str | None, caught: bool) -> None:
    assert matches(names, error) is caught


def test_a_map_with_one_worker_takes_any_number_of_items(machines: Any) -> None:
    counted = {"n.$": "States.ArrayLength($)"}
    state = inline({"P": passed(Result=1)}, MaxConcurrency=1, ResultSelector=counted)
    # More than Python allows calls in each other.
    assert output(machines, {"A": state}, list(range(1100))) == {"n": 1100}


def test_items_that_are_no_array_are_refused(machines: Any) -> None:
    ended = run(machines, {"A": inline({"P": passed()}, ItemsPath="$.x")}, {"x": 1})
    assert ended["error"] == "States.Runtime"
    assert ended["cause"].endswith('Reference path "$.x" must point to array.')


@pytest.mark.parametrize(
    ("text", "pattern", "matched"),
    [
        ("log-1.txt", "log-*.txt", True),
        ("log-1.csv", "log-*.txt", False),
        ("a*b", "a\\*b", True),
        ("axb", "a\\*b", False),
        ("aaa", "*", True),
        ("abcabc", "a*b*c", True),
        ("a" * 3000, "*a" * 20 + "b", False),
    ],
)
def test_string_matches(text: str, pattern: str, matched: bool) -> None:
    assert string_matches(text, pattern) is matched


def test_a_variable_of_a_machine_is_seen_in_its_inline_map(machines: Any) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"f": "{% 10 %}"}, "Next": "M"},
        "M": inline({"P": passed(Output="{% $states.input * $f %}")}, Items="{% [1, 2] %}"),
    }
    assert output(machines, states, top=JSONATA) == [10, 20]

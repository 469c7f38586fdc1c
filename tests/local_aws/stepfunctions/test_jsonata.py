"""JSONata as Step Functions has it: the functions that it adds, the one that it takes away, and what fails."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local_aws.stepfunctions.jsonata_functions import FUNCTIONS, FunctionError

JSONATA = {"QueryLanguage": "JSONata"}


def state(output: Any, **more: Any) -> dict[str, Any]:
    return {"A": {"Type": "Pass", "Output": output, "End": True, **more}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$random(42)", 0.7275636800328681),  # recorded on AWS
        ("$hash('input', 'SHA-1')", "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"),
        ("$hash('abc', 'SHA-256')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("$partition([1,2,3,4,5,6,7,8,9], 4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
        ("$partition([1,2], 5)", [[1, 2]]),
        ("$range(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("$range(5, 1, -2)", [5, 3, 1]),
        ("$parse('{\"a\": [1, 2]}').a[1]", 2),
    ],
)
def test_added_functions_give_the_documented_values(machines: Any, expression: str, value: Any) -> None:
    assert machines.output(state(f"{{% {expression} %}}"), top=JSONATA) == value


def test_uuids_are_of_version_4_and_new_each_time(machines: Any) -> None:
    first, second = machines.output(state({"a": "{% $uuid() %}", "b": "{% $uuid() %}"}), top=JSONATA).values()
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("$eval('1 + 1')", "$eval: Step Functions does not have this function"),
        ("$hash('a', 'SHA1')", "$hash: 'SHA1' is not an algorithm; write one of MD5, SHA-1"),
        ("$partition([1], 0)", "$partition: the chunk size is 0"),
        ("$range(1, 2, 0)", "$range: the step is 0"),
        ("$range(1, 5000, 1)", "$range: gives 5000 items, at most 1000"),
        ("$parse('{')", "$parse: is not JSON"),
        ("1 + 'a'", "The right side of the"),
    ],
)
def test_what_fails_is_a_query_evaluation_error(machines: Any, expression: str, told: str) -> None:
    ended = machines.run(state(f"{{% {expression} %}}"), top=JSONATA)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert told in ended["cause"]
    assert expression in ended["cause"]


@pytest.mark.parametrize("text", ['say "no"', "two\nlines", "back\\slash", "{% $uuid() %}"])
def test_texts_of_the_input_are_data_whatever_they_hold(machines: Any, text: str) -> None:
    machine = machines.create(state("{% $states.input.said %}"), role=machines.role(), top=JSONATA)
    started = machines.client.start_execution(stateMachineArn=machine, input=json.dumps({"said": text}))
    assert json.loads(machines.wait(started["executionArn"])["output"]) == text


def test_variables_hold_texts_as_they_are(machines: Any) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"said": "{% $states.input.said %}"}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% $said & '!' %}", "End": True},
    }
    machine = machines.create(states, role=machines.role(), top=JSONATA)
    started = machines.client.start_execution(stateMachineArn=machine, input=json.dumps({"said": 'say "no"'}))
    assert json.loads(machines.wait(started["executionArn"])["output"]) == 'say "no"!'


def test_numbers_without_a_seed_are_from_0_to_below_1() -> None:
    assert all(0 <= FUNCTIONS["random"]() < 1 for _ in range(100))


def test_what_is_undefined_stays_so() -> None:
    assert [FUNCTIONS[name](None) for name in ("partition", "hash", "parse")] == [None, None, None]
    with pytest.raises(FunctionError, match="is not a number"):
        FUNCTIONS["range"](None, 1, 1)

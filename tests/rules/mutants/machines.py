"""Makes wrong state machines of legal ones, by the grammar of the language and botocore's models alone."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.rules.check.conftest import HERE, definition
from tests.rules.check.legal_definitions import LEGAL
from tests.rules.mutants.mutant import Mutant, broken, input_shape

_NAMES = sorted(path.name.removesuffix(".asl.json") for path in HERE.glob("*/*.asl.json"))
#: https://states-language.net/spec.html#state-type-table
_NOT_OF: dict[str, tuple[str, ...]] = {
    "Pass": ("TimeoutSeconds", "Retry", "Catch", "Resource", "Choices", "Branches"),
    "Wait": ("TimeoutSeconds", "Retry", "Catch", "ResultPath", "Parameters", "Resource"),
    "Succeed": ("Next", "End", "TimeoutSeconds", "Retry", "Assign"),
    "Fail": ("Next", "End", "TimeoutSeconds", "Retry", "Assign"),
    "Choice": ("TimeoutSeconds", "Retry", "Catch", "ResultPath", "End"),
    "Task": ("Seconds", "Choices", "Branches", "ItemProcessor", "Error", "Label"),
    "Parallel": ("TimeoutSeconds", "Seconds", "Choices", "Resource"),
    "Map": ("TimeoutSeconds", "Seconds", "Choices", "Resource", "Branches"),
}
#: Fields that a type of state cannot do without, by the same table.
_NEEDED: dict[str, tuple[str, ...]] = {
    "Task": ("Resource",),
    "Choice": ("Choices",),
    "Parallel": ("Branches",),
    "Map": ("ItemProcessor", "Iterator"),
    "Wait": ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"),
}
#: Fields of states with values of another type or out of bounds.
_WRONG_VALUES: dict[str, tuple[object, ...]] = {
    "Type": ("pass", "Tasks", 1, None),
    "Comment": (7, ["a"]),
    "End": ("true", 1),
    "Next": (7, ["a"]),
    "QueryLanguage": ("jsonpath", "JMESPath"),
    "Seconds": ("5", -1, 1.5),
    "TimeoutSeconds": ("5", 0, 100_000_000),
    "HeartbeatSeconds": (0, [5]),
    "MaxConcurrency": (-1, "2"),
    "ToleratedFailurePercentage": (101, -1),
    "Branches": ([], {}),
    "Choices": ([], {}),
    "Retry": ({}, [{"IntervalSeconds": 1}], [{"ErrorEquals": "States.ALL"}], [{"ErrorEquals": []}]),
    "Catch": ({}, [{"ErrorEquals": ["States.ALL"]}], [{"ErrorEquals": ["A"], "Next": "No such state"}]),
    "Assign": ("x", ["x"]),
    "Resource": (7, "", "lambda:invoke"),
}
_BROKEN_JSONATA = ("{% 1 + %}", "{% (1 %}", "{% %}", "{% $nothing() %}", "{% $$ %}", "{% 'a %}", "{% bare.name %}")
_BROKEN_PATHS = ("$.a[", "$.", "States.Hash($.a)", "States.Nothing($.a)", "States.Format('{}')", "name")


def of_machines(number: int, chance: random.Random) -> Mutant:
    """A state machine of several states, broken at one place."""
    kinds = (
        *(_field_of_another_type, _transition, _number, _expression, _request, _no_end, _required, _value, _resource),
        _choice,
    )
    language = ("JSONPath", "JSONata")[number // len(kinds) % 2]
    names = [each for each, original in _originals().items() if _language(original) == language]
    kind = kinds[number % len(kinds)]
    where = None
    while where is None:  # the kind is possible in some of them
        name = chance.choice(names)
        definition = copy.deepcopy(_originals()[name])
        where = kind(definition, chance)
    return Mutant(kind.__name__.strip("_").replace("_", " "), language, f"{name}: {where}", definition)


@cache
def _originals() -> dict[str, dict[str, Any]]:
    """Legal definitions by name: those in files, and those that use each feature."""
    return {name: definition(name) for name in _NAMES} | LEGAL


def _language(machine: dict[str, Any]) -> str:
    return str(machine.get("QueryLanguage", "JSONPath"))


def _states(body: dict[str, Any], language: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any], str]]:
    for name, state in body["States"].items():
        yield body, name, state, str(state.get("QueryLanguage", language))
        nested = [*state.get("Branches", []), state.get("ItemProcessor"), state.get("Iterator")]
        for inner in filter(None, nested):
            yield from _states(inner, language)


def _any_state(machine: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], str, dict[str, Any], str]:
    return chance.choice(list(_states(machine, str(machine.get("QueryLanguage", "JSONPath")))))


def _field_of_another_type(machine: dict[str, Any], chance: random.Random) -> str:
    _, name, state, _ = _any_state(machine, chance)
    field = chance.choice(_NOT_OF[state["Type"]])
    state[field] = {"TimeoutSeconds": 5, "Seconds": 5, "End": True, "Next": name}.get(field, [])
    return f"{name}.{field}"


def _transition(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    places = [(state, field) for field in ("Next", "Default") if field in state]
    places += [(each, "Next") for field in ("Choices", "Catch") for each in state.get(field, [])]
    if not places:
        return None
    holder, field = chance.choice(places)
    holder[field] = f"{holder[field]} 2"
    return f"{name}.{field}"


def _number(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    if state["Type"] not in ("Task", "Map", "Parallel"):
        return None
    field, value = chance.choice(
        [
            ("IntervalSeconds", 0),
            ("IntervalSeconds", "1"),
            ("MaxAttempts", -1),
            ("BackoffRate", 0.5),
            ("MaxDelaySeconds", 31_622_400),
            ("JitterStrategy", "SOME"),
        ]
    )
    state["Retry"] = [{"ErrorEquals": ["My.Error"], field: value}]
    return f"{name}.Retry.{field}={value}"


def _expression(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, language = _any_state(machine, chance)
    if state["Type"] not in ("Pass", "Task", "Map", "Parallel"):
        return None
    is_jsonata = language == "JSONata"
    value = chance.choice(_BROKEN_JSONATA if is_jsonata else _BROKEN_PATHS)
    state["Assign"] = {"x": {"y": value}} if is_jsonata else {"x": {"y.$": value}}
    return f"{name}: {value}"


def _request(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    parts = str(state.get("Resource", "")).split(":")
    field = "Parameters" if "Parameters" in state else "Arguments"
    if parts[5:6] != ["sagemaker"] or not isinstance(state.get(field), dict):
        return None
    operation = parts[6].partition(".")[0]
    shape = input_shape("sagemaker", operation[0].upper() + operation[1:])
    return f"{name}: {broken(state[field], shape, chance)}"


def _no_end(machine: dict[str, Any], chance: random.Random) -> str:
    body, name, _, _ = _any_state(machine, chance)
    for state in body["States"].values():
        if "End" in state or state["Type"] in ("Succeed", "Fail"):
            state.pop("End", None)
            for field in ("Error", "Cause"):
                state.pop(field, None)
            state.update({"Type": state["Type"] if state["Type"] not in ("Succeed", "Fail") else "Pass"})
            state["Next"] = body["StartAt"]
    return f"the machine of {name}"


def _required(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    fields = [each for each in (*_NEEDED.get(state["Type"], ()), "Type") if each in state]
    if chance.random() < 0.2:
        field = chance.choice(("StartAt", "States"))
        del machine[field]
        return f"{field} taken out"
    field = chance.choice(fields)
    del state[field]
    return f"{name}.{field} taken out"


def _value(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    fields = [each for each in _WRONG_VALUES if each in state]
    field = chance.choice(fields)
    state[field] = chance.choice(_WRONG_VALUES[field])
    return f"{name}.{field}={state[field]!r}"


def _resource(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, _ = _any_state(machine, chance)
    resource = str(state.get("Resource", ""))
    if ":::" not in resource or "${" in resource:
        return None
    action, _, pattern = resource.partition(".")
    state["Resource"] = chance.choice((f"{action}s2", f"{action}.syncs", f"{action}.sync:3"))
    return f"{name}.Resource={state['Resource']} {pattern}"


def _choice(machine: dict[str, Any], chance: random.Random) -> str | None:
    _, name, state, language = _any_state(machine, chance)
    if state["Type"] != "Choice":
        return None
    rule = chance.choice(state["Choices"])
    how = chance.choice(("no condition", "no next", "another field", "another language"))
    if how == "no condition":
        for key in [key for key in rule if key not in ("Next", "Assign", "Output", "Comment")]:
            del rule[key]
    elif how == "no next":
        del rule["Next"]
    elif how == "another field":
        rule["StringEqual"] = "x"
    else:
        rule |= {"Variable": "$.x", "IsNull": True} if language == "JSONata" else {"Condition": "{% true %}"}
    return f"{name}.Choices: {how}"

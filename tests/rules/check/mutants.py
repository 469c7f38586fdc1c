"""Makes wrong definitions of legal ones, by the grammar of the language and botocore's models alone.

It asks none of our rules: what it writes is wrong by the States Language's own tables (a field that the type of state
does not have, a number below zero) or by the service model (a required field taken out, a value of another type).
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.session import get_session

from tests.rules.check.conftest import HERE, definition

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
_BROKEN_JSONATA = ("{% 1 + %}", "{% (1 %}", "{% %}", "{% $nothing() %}", "{% $$ %}", "{% 'a %}", "{% bare.name %}")
_BROKEN_PATHS = ("$.a[", "$.", "States.Hash($.a)", "States.Nothing($.a)", "States.Format('{}')", "name")


@cache
def _model() -> Any:
    return get_session().get_service_model("sagemaker")


@dataclass(frozen=True)
class Mutant:
    """A wrong definition.

    Args:
        kind: What was done to it.
        where: Name of the legal definition, and the place.
        definition: The wrong one.
    """

    kind: str
    where: str
    definition: dict[str, Any]


def mutants(count: int, seed: int = 20261125) -> Iterator[Mutant]:
    """``count`` wrong definitions, the same for the same seed."""
    chance = random.Random(seed)
    originals = {name: definition(name) for name in _NAMES}
    kinds = (_field_of_another_type, _transition, _number, _expression, _request, _no_end)
    made = 0
    while made < count:
        name = chance.choice(_NAMES)
        kind = kinds[made % len(kinds)]
        mutant = copy.deepcopy(originals[name])
        where = kind(mutant, chance)
        if where is not None:
            made += 1
            yield Mutant(kind.__name__.strip("_"), f"{name}: {where}", mutant)


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
    shape = _model().operation_model(operation[0].upper() + operation[1:]).input_shape
    places = list(_places(state[field], shape))
    value, key, member, is_required = chance.choice(places)
    if is_required and chance.random() < 0.5:
        del value[key]
        return f"{name}: {key} taken out"
    if chance.random() < 0.3:
        value[f"{key}s2"] = "x"
        return f"{name}: {key}s2 put in"
    value[key.removesuffix(".$")] = value.pop(key)
    key = key.removesuffix(".$")
    value[key] = {"string": 7, "boolean": "true", "integer": "7", "list": "a"}.get(member.type_name, 7)
    return f"{name}: {key}={value[key]!r}"


def _places(value: Any, shape: Any) -> Iterator[tuple[dict[str, Any], str, Any, bool]]:
    if shape.type_name == "list" and isinstance(value, list):
        for item in value:
            yield from _places(item, shape.member)
    if shape.type_name != "structure" or not isinstance(value, dict):
        return
    for key, item in value.items():
        member = shape.members[key.removesuffix(".$")]
        yield value, key, member, key.removesuffix(".$") in shape.required_members
        if key in shape.members:
            yield from _places(item, member)


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

"""Rules on Choice states: one comparison each, operators and what stands behind them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sagemaker_rules.check import schema
from sagemaker_rules.check.fields import Keys
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.states import State, is_token

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")
_RULE = ("Next", "Assign", "Output", "Comment")
_OF_JSONPATH = frozenset({"Variable", "And", "Or", "Not", *schema.OPERATORS, *schema.OPERATORS_WITH_PATH})
_KINDS = {"text": "a text", "number": "a number", "flag": "true or false", "timestamp": "a time, 2026-01-31T09:00:00Z"}


def choice_findings(state: State) -> Iterator[StateFinding]:
    """What Step Functions would refuse of the rules of a Choice state, and of the time of a Wait state."""
    if state.body.get("Type") == "Wait":
        value = state.body.get("Timestamp")
        if isinstance(value, str) and not is_token(value) and not (state.is_jsonata and _has_delimiter(value)):
            yield from _operand(state, value, "timestamp", ("Timestamp",))
    choices = state.body.get("Choices")
    if state.body.get("Type") != "Choice" or not isinstance(choices, list):
        return
    for index, rule in enumerate(choices):
        keys = ("Choices", index)
        if state.is_jsonata:
            yield from _condition(state, rule, keys)
        else:
            yield from _comparison(state, rule, keys, True)


def _has_delimiter(value: str) -> bool:
    """Whether it is an expression or a part of one, which the rules on JSONata read."""
    return value.startswith("{%") or value.endswith("%}")


def _condition(state: State, rule: Mapping[str, Any], keys: Keys) -> Iterator[StateFinding]:
    others = [name for name in rule if name not in (*_RULE, "Condition")]
    of_jsonpath = [name for name in others if name in _OF_JSONPATH]
    if of_jsonpath:
        # A whole rule of JSONPath is one mistake.
        message = "is a field of JSONPath, and the state's query language is JSONata; write Condition"
        yield state.finding("query-language", message, *keys, of_jsonpath[0])
    for name in others:
        if name not in of_jsonpath:
            message = "is not a field of a rule in JSONata; write Condition"
            yield state.finding("choice-rule", message, *keys, name)
    value = rule.get("Condition")
    if value is None:
        if not others:
            yield state.finding("choice-rule", "has no Condition; write {% <expression> %}", *keys)
    elif not isinstance(value, bool | str):
        message = f"is {value!r}; write an expression, {{% ... %}}"
        yield state.finding("jsonata-place", message, *keys, "Condition")


def _comparison(state: State, rule: Any, keys: Keys, is_top: bool) -> Iterator[StateFinding]:
    if not isinstance(rule, Mapping):
        yield state.finding("choice-rule", "is not an object; write a comparison", *keys)
        return
    operators = []
    for name, value in rule.items():
        if name in ("And", "Or", "Not") or name in schema.OPERATORS or name in schema.OPERATORS_WITH_PATH:
            operators.append(name)
        elif name in ("Condition", "Output"):
            instead = "write Variable and an operator" if name == "Condition" else "take it out"
            message = f"is a field of JSONata, and the state's query language is JSONPath; {instead}"
            yield state.finding("query-language", message, *keys, name)
            operators += ["Condition"] if name == "Condition" else []
        elif name not in ("Variable", *_RULE):
            close = difflib.get_close_matches(name, [*schema.OPERATORS, *schema.OPERATORS_WITH_PATH], n=1)
            operators.append(name)
            instead = f"write {close[0]!r}" if close else "take it out"
            yield state.finding("choice-rule", f"is not an operator; {instead}", *keys, name)
        elif name in ("Next", "Assign") and not is_top:
            yield state.finding("choice-rule", "belongs to the rule as a whole; move it there", *keys, name)
        if name in schema.OPERATORS and not is_token(value):
            yield from _operand(state, value, schema.OPERATORS[name], (*keys, name))
    if len(operators) != 1:
        what = f"has the operators {', '.join(operators)}" if operators else "has no operator"
        yield state.finding("choice-rule", f"{what}; write exactly one", *keys)
    elif operators[0] in ("And", "Or", "Not"):
        yield from _boolean(state, rule, operators[0], keys)
    elif "Variable" not in rule and operators[0] != "Condition":
        yield state.finding("choice-rule", "has no Variable; write the path that is compared", *keys)


def _boolean(state: State, rule: Mapping[str, Any], operator: str, keys: Keys) -> Iterator[StateFinding]:
    value = rule[operator]
    if operator == "Not":
        yield from _comparison(state, value, (*keys, "Not"), False)
    elif not isinstance(value, list) or not value:
        yield state.finding("choice-rule", "is not a list of comparisons; write one", *keys, operator)
    else:
        for index, each in enumerate(value):
            yield from _comparison(state, each, (*keys, operator, index), False)


def _operand(state: State, value: Any, kind: str, keys: Keys) -> Iterator[StateFinding]:
    is_right = {
        "text": isinstance(value, str),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "flag": isinstance(value, bool),
        "timestamp": isinstance(value, str) and _is_timestamp(value),
    }[kind]
    if not is_right:
        rule = "timestamp" if kind == "timestamp" else "choice-rule"
        yield state.finding(rule, f"is {value!r}; write {_KINDS[kind]}", *keys)


def _is_timestamp(text: str) -> bool:
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:  # as of 30 February
        return False
    return True

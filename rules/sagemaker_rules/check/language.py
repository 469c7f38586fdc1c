"""statelint's findings on the Amazon States Language, in our words and with our places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from statelint.linter import Linter

from sagemaker_rules.check.dialect import Dialect
from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding, step

_RULE = "states-language"
_PLACE = re.compile(r"State Machine(?:\.[\w$]+|\[\d+\])*")
_STEP = re.compile(r"\.([\w$]+)|\[(\d+)\]")
# Our own rules say these, with what to write instead. A machine without a terminal state is a loop, which is legal.
_SAID_ELSEWHERE = re.compile(
    r"No transition found to state|No state found named|No terminal state found|StartAt value .* not found"
    r'|.*does not have required field from \["Next", "End"\]|.*may have only one of \["Next", "End"\]'
)
_FIELDS = (
    *("Type", "Comment", "Resource", "Parameters", "Arguments", "ResultPath", "ResultSelector", "InputPath", "Next"),
    *("OutputPath", "Output", "Assign", "Retry", "Catch", "TimeoutSeconds", "HeartbeatSeconds", "End", "StartAt"),
    *("ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Default"),
    *("Choices", "Variable", "Branches", "ItemProcessor", "Error", "Cause", "Seconds", "Timestamp", "States"),
)


def language_findings(definition: Mapping[str, Any]) -> Iterator[StateFinding]:
    """What statelint finds that is right and not said by our own rules.

    Args:
        definition: A definition that has passed :func:`sagemaker_rules.check.shape.shape_findings`.
    """
    dialect = Dialect(definition)
    for problem in Linter.validate(dialect.translated):
        if not _SAID_ELSEWHERE.match(problem):
            yield _finding(problem, dialect.names)


def _finding(problem: str, names: Mapping[str, str]) -> StateFinding:
    for pattern, message in _MESSAGES:
        if match := pattern.fullmatch(problem):
            state, path = _place(match["place"], names)
            field = match.groupdict().get("field")
            return StateFinding(state, step(path, field) if field else path, _RULE, message(match, names))
    place = _PLACE.search(problem)
    state, path = _place(place[0] if place else "", names)
    return StateFinding(state, path, _RULE, f"{problem}; see https://states-language.net")


def _place(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The innermost state that ``text`` leads to, and its JSONPath."""
    state, path, before = WHOLE_MACHINE, "$", ""
    for key, index in _STEP.findall(text):
        if before == "States":
            state = names.get(key, key)
            path = step(path, state)
        else:
            path = step(path, int(index) if index else key)
        before = key
    return state, path


def _not_allowed(match: re.Match[str], names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(match["field"], _FIELDS, n=1)
    return f"is no field of this place{_instead(close, match['field'])}"


def _instead(close: list[str], field: str) -> str:
    return f"; write {close[0]!r}" if close and close[0] != field else "; take it out"


def _also_defined(match: re.Match[str], names: Mapping[str, str]) -> str:
    return f"has the name of another state, {names.get(match['name'], match['name'])!r}; give it a name of its own"


_SIZES = {"floor": "small", "ceiling": "large"}
_Message = Callable[[re.Match[str], Mapping[str, str]], str]
_AT = r"(?P<place>State Machine(?:\.[\w$]+|\[\d+\])*)"
_MESSAGES: tuple[tuple[re.Pattern[str], _Message], ...] = (
    (re.compile(rf'Field "(?P<field>[^"]*)" not allowed in {_AT}'), _not_allowed),
    (re.compile(rf'{_AT} has forbidden field "(?P<field>[^"]*)"'), _not_allowed),
    (
        re.compile(rf'{_AT} does not have required field "(?P<field>[^"]*)"'),
        lambda match, _: "is missing; the States Language requires it: write it",
    ),
    (
        re.compile(rf"{_AT} does not have required field from (?P<fields>.*)"),
        lambda match, _: f"has none of the fields {match['fields']}; write one of them",
    ),
    (
        re.compile(rf"{_AT} may have only one of (?P<fields>.*)"),
        lambda match, _: f"has several of the fields {match['fields']}; write one of them",
    ),
    (
        re.compile(rf"{_AT} is (?P<value>.*) but should be (?P<kind>.*)", re.DOTALL),
        lambda match, _: f"is {match['value']}; write {match['kind'][:1].lower() + match['kind'][1:]}",
    ),
    (
        re.compile(rf'{_AT} is "(?P<value>.*)", not one of the allowed values \[(?P<allowed>.*)\]', re.DOTALL),
        lambda match, _: f"is {match['value']!r}; write one of {match['allowed']}",
    ),
    (
        re.compile(rf"{_AT} is (?P<value>.*) but allowed (?P<bound>floor|ceiling) is (?P<limit>.*)"),
        lambda match, _: f"is {match['value']}, which is too {_SIZES[match['bound']]}; the bound is {match['limit']}",
    ),
    (
        re.compile(rf"{_AT} is empty, non-empty required"),
        lambda match, _: "is empty; write at least one entry",
    ),
    (re.compile(rf"{_AT} should be non-null"), lambda match, _: "is null; write a value, or take the field out"),
    (
        re.compile(rf'State "(?P<name>[^"]*)", defined at {_AT}, is also defined at .*'),
        _also_defined,
    ),
)

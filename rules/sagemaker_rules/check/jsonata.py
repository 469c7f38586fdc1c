"""Rules on the expressions of states of JSONata: where they stand, and what they may read there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.jsonata_syntax import (
    JsonataError,
    expression_of,
    is_full,
    is_known,
    newer_operator,
    parse,
)
from sagemaker_rules.check.jsonata_walk import Scope, problems
from sagemaker_rules.check.states import State, is_token

_Keys = tuple[str | int, ...]
_ANYWHERE = frozenset({"input", "context"})
_WITH_RESULT = _ANYWHERE | {"result"}
_WITH_ERROR = _ANYWHERE | {"errorOutput"}
_WORKING = ("Task", "Map", "Parallel")
#: Objects, lists and texts in which expressions may stand at any depth.
_BEFORE_WORK = (
    *("Arguments", "Items", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Credentials"),
    *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Timestamp", "MaxConcurrency", "Error", "Cause"),
    *("ToleratedFailureCount", "ToleratedFailurePercentage"),
)
#: Fields in which a text can only be an expression, and what else they take.
_EXPRESSION_ONLY = {
    "Items": "a list",
    "TimeoutSeconds": "a whole number",
    "HeartbeatSeconds": "a whole number",
    "Seconds": "a whole number",
    "MaxConcurrency": "a whole number",
    "ToleratedFailureCount": "a whole number",
    "ToleratedFailurePercentage": "a number",
}
#: Fields that are read before any expression is.
_CONSTANT = ("Resource", "Next", "Default", "Type")
_LOOKS_LIKE_PATH = re.compile(r"\$\$?[.\[].*|States\.[A-Z]\w+\(.*\)|\$states\..*", re.DOTALL)
#: Expressions for SageMaker, not for Step Functions.
_OF_SAGEMAKER = ("InputFilter", "OutputFilter", "FeaturesAttribute", "InferenceAttribute", "ProbabilityAttribute")


def jsonata_findings(state: State, variables: frozenset[str] | None) -> Iterator[StateFinding]:
    """What is wrong in the expressions of a state.

    Args:
        state: A state whose query language is JSONata.
        variables: Names that some state assigns; None where they are not known.
    """
    body = state.body
    for field in _BEFORE_WORK:
        if field in body:
            yield from _field(state, field, variables)
    after = _WITH_RESULT if body.get("Type") in _WORKING else _ANYWHERE
    yield from _after(state, body, (), Scope(after, variables))
    for index, each in enumerate(body.get("Choices", [])):
        keys: _Keys = ("Choices", index)
        yield from _condition(state, each, (*keys, "Condition"), Scope(_ANYWHERE, variables))
        yield from _after(state, each, keys, Scope(_ANYWHERE, variables))
    for index, each in enumerate(body.get("Catch", [])):
        yield from _after(state, each, ("Catch", index), Scope(_WITH_ERROR, variables))
    for field in _CONSTANT:
        if isinstance(body.get(field), str) and "{%" in body[field]:
            message = "is not evaluated in this field; write a constant"
            yield state.finding("jsonata-place", message, field)


def _field(state: State, field: str, variables: frozenset[str] | None) -> Iterator[StateFinding]:
    value = state.body[field]
    if isinstance(value, str) and field in _EXPRESSION_ONLY and not _has_delimiter(value):
        if not is_token(value):
            message = f"is the text {value!r}; write {{% <expression> %}} or {_EXPRESSION_ONLY[field]}"
            yield state.finding("jsonata-place", message, field)
        return
    yield from _values(state, value, (field,), Scope(_ANYWHERE, variables))


def _has_delimiter(value: str) -> bool:
    return value.startswith("{%") or value.endswith("%}")


def _after(state: State, body: Mapping[str, Any], keys: _Keys, scope: Scope) -> Iterator[StateFinding]:
    for field in ("Assign", "Output"):
        if field in body:
            yield from _values(state, body[field], (*keys, field), scope)


def _condition(state: State, rule: Mapping[str, Any], keys: _Keys, scope: Scope) -> Iterator[StateFinding]:
    value = rule.get("Condition")
    if not isinstance(value, str) or is_token(value) or _has_delimiter(value):
        yield from _values(state, value, keys, scope)
        return
    message = f"is the text {value!r}; write {{% {value} %}}"
    yield state.finding("jsonata-place", message, *keys)


def _values(state: State, value: Any, keys: _Keys, scope: Scope) -> Iterator[StateFinding]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(state, item, (*keys, key), scope)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values(state, item, (*keys, index), scope)
    elif isinstance(value, str):
        yield from _text(state, value, keys, scope)


def _text(state: State, value: str, keys: _Keys, scope: Scope) -> Iterator[StateFinding]:
    if is_full(value):
        yield from _expression(state, value, keys, scope)
    elif value.startswith("{%") or value.endswith("%}"):
        message = f"{value!r} is half an expression; write {{% at its very beginning and %}} at its very end"
        yield state.finding("jsonata-delimiters", message, *keys)
    elif "{%" in value and "%}" in value:
        is_alone = value.strip().startswith("{%") and value.strip().endswith("%}")
        instead = repr(value.strip()) if is_alone else "{% '<text>' & <expression> %}"
        message = f"{value!r} is taken literally; write {instead}"
        yield state.finding("jsonata-delimiters", message, *keys, is_warning=True)
    elif str(keys[-1]).endswith(".$"):
        return  # a key of JSONPath, which is said as that
    elif _LOOKS_LIKE_PATH.fullmatch(value) and keys[-1] not in _OF_SAGEMAKER:
        message = f"{value!r} is taken literally; to have it evaluated write {{% $states.input.<field> %}}"
        yield state.finding("literal-path", message, *keys, is_warning=True)


def _expression(state: State, value: str, keys: _Keys, scope: Scope) -> Iterator[StateFinding]:
    expression = expression_of(value)
    if not expression.strip():
        yield state.finding("jsonata-syntax", "is an empty expression; write one between {% and %}", *keys)
        return
    if not is_known(expression):
        return
    try:
        parsed = parse(expression)
        found = list(problems(parsed.tree, scope))
    except JsonataError as error:
        message = f"{value!r} {error}; write an expression of JSONata 2.0.6"
        yield state.finding("jsonata-syntax", message, *keys)
        return
    except RecursionError:
        yield state.finding("jsonata-syntax", "is nested too deeply; write a shorter expression", *keys)
        return
    if operator := newer_operator(expression, parsed):
        message = f"has the operator {operator} of JSONata 2.1; Step Functions reads 2.0.6: write <test> ? <a> : <b>"
        yield state.finding("jsonata-syntax", message, *keys)
    for problem in found:
        yield state.finding(problem.rule, problem.message, *keys, is_warning=problem.is_warning)

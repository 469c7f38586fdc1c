"""Rules on expressions: in paths, in templates such as Parameters, and in the two query languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemaker_rules.check.expressions import ExpressionError, parse, parse_path, parse_reference_path
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.jsonata import jsonata_findings
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import Machine, State, is_jsonata, is_token
from sagemaker_rules.check.variables import assigned_variables, variable_findings

_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Arguments", "Output")
_READERS: Mapping[str, Callable[[str], object]] = {
    "InputPath": parse_path,
    "OutputPath": parse_path,
    "ItemsPath": parse_path,
    "TimeoutSecondsPath": parse_path,
    "HeartbeatSecondsPath": parse_path,
    "SecondsPath": parse_path,
    "TimestampPath": parse_path,
    "MaxConcurrencyPath": parse_path,
    "ToleratedFailureCountPath": parse_path,
    "ToleratedFailurePercentagePath": parse_path,
    "ErrorPath": parse,
    "CausePath": parse,
    "ResultPath": parse_reference_path,
}
_OF_JSONPATH = (*_READERS, "Parameters", "ResultSelector")
_OF_JSONATA = ("Arguments", "Output")
#: Expressions for SageMaker, not for Step Functions.
_LITERAL_PATHS = ("InputFilter", "OutputFilter", "FeaturesAttribute", "InferenceAttribute", "ProbabilityAttribute")
_LOOKS_LIKE_EXPRESSION = re.compile(r"\$\$?[.\[].*|States\.[A-Z]\w+\(.*\)")


def expression_findings(machines: Sequence[Machine]) -> Iterator[StateFinding]:
    """What is wrong in the expressions of a state machine and of those inside it, in both query languages."""
    states = [state for machine in machines for state in machine.states()]
    variables = assigned_variables(states)
    for state in states:
        yield from payload_findings(state)
        yield from variable_findings(state)
        if state.is_jsonata:
            yield from jsonata_findings(state, variables)


def payload_findings(state: State) -> Iterator[StateFinding]:
    """Expressions that cannot be read, and fields of the other query language."""
    yield from _wrong_language(state)
    for field in _TEMPLATES:
        if field in state.body:
            yield from _template(state, state.body[field], (field,))
    if state.is_jsonata:
        return
    for field, read in _READERS.items():
        yield from _path(state, state.body.get(field), read, field)
    for index, each in enumerate(state.body.get("Catch", [])):
        yield from _path(state, each.get("ResultPath"), parse_reference_path, "Catch", index, "ResultPath")
    for index, each in enumerate(state.body.get("Choices", [])):
        yield from _choice(state, each, ("Choices", index))


def _wrong_language(state: State) -> Iterator[StateFinding]:
    for field in _OF_JSONPATH if state.is_jsonata else _OF_JSONATA:
        # A Map state of JSONPath has Parameters in its older form; Fail, Wait and Choice have none of these.
        if field in state.body:
            other = "JSONPath" if state.is_jsonata else "JSONata"
            instead = "Arguments and Output" if state.is_jsonata else "Parameters and ResultSelector"
            message = f"is a field of {other}, and the state's query language is {state.language}; write {instead}"
            yield state.finding("query-language", message, field)


def _path(state: State, value: Any, read: Callable[[str], object], *keys: str | int) -> Iterator[StateFinding]:
    if not isinstance(value, str) or is_token(value):
        return
    try:
        read(value)
    except ExpressionError as error:
        yield state.finding("path", f"{value!r} {error}", *keys)


def _choice(state: State, rule: Any, keys: tuple[str | int, ...]) -> Iterator[StateFinding]:
    if not isinstance(rule, Mapping):
        return
    for field, value in rule.items():
        if field == "Variable" or field.endswith("Path"):
            yield from _path(state, value, parse_path, *keys, field)
        elif field in ("And", "Or") and isinstance(value, list):
            for index, each in enumerate(value):
                yield from _choice(state, each, (*keys, field, index))
        elif field == "Not":
            yield from _choice(state, value, (*keys, field))


def _template(state: State, value: Any, keys: tuple[str | int, ...]) -> Iterator[StateFinding]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key.endswith(".$"):
                yield from _dynamic(state, value, key, item, (*keys, key))
            else:
                yield from _template(state, item, (*keys, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _template(state, item, (*keys, index))
    elif isinstance(value, str):
        yield from _text(state, value, keys)


def _dynamic(
    state: State, siblings: Mapping[str, Any], key: str, value: Any, keys: tuple[str | int, ...]
) -> Iterator[StateFinding]:
    name = key.removesuffix(".$")
    if state.is_jsonata:
        message = f"is a key of JSONPath in a state of JSONata; write {name!r} and {{% <expression> %}}"
        # A literal key to every service but SageMaker, whose requests have no such field.
        yield state.finding("query-language", message, *keys, is_warning=sagemaker_task(state) is None)
        return
    if name in siblings:
        yield state.finding("path", f"stands beside {name!r}; keep one of them", *keys)
    if not isinstance(value, str):
        yield state.finding("path", f"is {value!r}, which is no path; write a path, or take .$ out of the key", *keys)
        return
    yield from _path(state, value, parse, *keys)


def _text(state: State, value: str, keys: tuple[str | int, ...]) -> Iterator[StateFinding]:
    if state.is_jsonata:
        return
    if is_jsonata(value):
        message = (
            f"{value!r} is JSONata, taken literally in a state of JSONPath; write a key that ends in .$ and a path"
        )
        yield state.finding("query-language", message, *keys, is_warning=sagemaker_task(state) is None)
    elif _LOOKS_LIKE_EXPRESSION.fullmatch(value) and keys[-1] not in _LITERAL_PATHS:
        key = repr(f"{keys[-1]}.$") if isinstance(keys[-1], str) else "a list by States.Array(...)"
        message = f"{value!r} is taken literally; to have it evaluated write {key}"
        yield state.finding("literal-path", message, *keys, is_warning=True)

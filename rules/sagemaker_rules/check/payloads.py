"""Rules on expressions: in paths, in templates such as Parameters, and in the two query languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check.expressions import Call, ExpressionError, parse, parse_path, parse_reference_path
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.intrinsic_calls import call_problems
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import State, is_jsonata, is_token

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
#: Expressions for SageMaker, not for Step Functions.
_LITERAL_PATHS = ("InputFilter", "OutputFilter", "FeaturesAttribute", "InferenceAttribute", "ProbabilityAttribute")
_LOOKS_LIKE_EXPRESSION = re.compile(r"\$\$?[.\[].*|States\.[A-Z]\w+\(.*\)")


def payload_findings(state: State) -> Iterator[StateFinding]:
    """Expressions that cannot be read, and fields of the other query language."""
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


def _path(state: State, value: Any, read: Callable[[str], object], *keys: str | int) -> Iterator[StateFinding]:
    if not isinstance(value, str) or is_token(value):
        return
    try:
        expression = read(value)
    except ExpressionError as error:
        yield state.finding("path", f"{value!r} {error}", *keys)
        return
    if isinstance(expression, Call):
        for problem in call_problems(expression):
            yield state.finding("intrinsic-call", f"{value!r}: {problem}", *keys)


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
        return  # its expressions have rules of their own
    if is_jsonata(value):
        message = (
            f"{value!r} is JSONata, taken literally in a state of JSONPath; write a key that ends in .$ and a path"
        )
        yield state.finding("query-language", message, *keys, is_warning=sagemaker_task(state) is None)
    elif _LOOKS_LIKE_EXPRESSION.fullmatch(value) and keys[-1] not in _LITERAL_PATHS:
        key = repr(f"{keys[-1]}.$") if isinstance(keys[-1], str) else "a list by States.Array(...)"
        message = f"{value!r} is taken literally; to have it evaluated write {key}"
        yield state.finding("literal-path", message, *keys, is_warning=True)

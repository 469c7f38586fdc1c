"""Rules on what an expression yields against the field that takes it: a filter is a list, States.Format is text.

Only what is certain whatever the data are is said. In an SDK integration Step Functions writes an object or a list as
JSON into a field of text (https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.expressions import ExpressionError, parse
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integration_shapes import StepFunctionsReading
from sagemaker_rules.check.integrations import request_shape_of
from sagemaker_rules.check.jsonata_functions import NAMED, Kind
from sagemaker_rules.check.jsonata_syntax import JsonataError, expression_of, is_full, is_known
from sagemaker_rules.check.jsonata_syntax import parse as parse_jsonata
from sagemaker_rules.check.result_types import kind_of, kind_of_jsonata
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import State, is_token
from sagemaker_rules.service_model import input_shape

_Keys = tuple[str | int, ...]
_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "string": ("text",),
    "blob": ("text",),
    "character": ("text",),
    "timestamp": ("text", "number"),
    "integer": ("number",),
    "long": ("number",),
    "float": ("number",),
    "double": ("number",),
    "boolean": ("boolean",),
    "list": ("list",),
    "structure": ("object",),
    "map": ("object",),
}
# Texts are read as numbers, and as true or false.
_CONVERTED: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("structure", "map"), ("object",)),
    "list": ("list",),
    **dict.fromkeys(("integer", "long", "float", "double"), ("number", "text")),
    "boolean": ("boolean", "text"),
}
_READING = StepFunctionsReading(is_token, paths_in_keys=False, null_is_missing=False, takes_fractions=False)
_FIELDS: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("SecondsPath", "TimeoutSecondsPath", "HeartbeatSecondsPath"), ("number",)),
    **dict.fromkeys(("MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"), ("number",)),
    **dict.fromkeys(("TimestampPath", "ErrorPath", "CausePath"), ("text",)),
    "ItemsPath": ("list", "object"),
}
_FIELDS_OF_JSONATA: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(("Seconds", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency"), ("number",)),
    **dict.fromkeys(("ToleratedFailureCount", "ToleratedFailurePercentage"), ("number",)),
    **dict.fromkeys(("Timestamp", "Error", "Cause"), ("text",)),
    "Items": ("list", "object"),
}
_REMEDIES: Mapping[tuple[Kind, Kind], str] = {
    ("list", "text"): "States.ArrayGetItem(<list>, 0)",
    ("list", "number"): "States.ArrayGetItem(<list>, 0)",
    ("list", "boolean"): "States.ArrayGetItem(<list>, 0)",
    ("list", "object"): "States.ArrayGetItem(<list>, 0)",
    ("text", "number"): "a path to a number, or States.StringToJson(<text>)",
    ("text", "boolean"): "a path to true or false, or States.StringToJson(<text>)",
    ("text", "list"): "States.Array(<text>)",
    ("number", "text"): "States.Format('{}', <number>)",
    ("number", "list"): "States.Array(<number>)",
    ("boolean", "text"): "States.Format('{}', <value>)",
    ("object", "text"): "States.JsonToString(<object>)",
    ("object", "list"): "States.Array(<object>)",
}
_REMEDIES_OF_JSONATA: Mapping[tuple[Kind, Kind], str] = {
    ("list", "text"): "one item, as in (<list>)[0]",
    ("list", "number"): "one item, as in (<list>)[0]",
    ("list", "object"): "one item, as in (<list>)[0]",
    ("text", "number"): "$number(<text>)",
    ("text", "boolean"): "a comparison, as in <text> = 'true'",
    ("text", "list"): "[<text>]",
    ("number", "text"): "$string(<number>)",
    ("number", "list"): "[<number>]",
    ("boolean", "text"): "$string(<value>)",
    ("object", "text"): "$string(<object>)",
    ("object", "list"): "[<object>]",
}


def result_findings(state: State) -> Iterator[StateFinding]:
    """Expressions that yield something else than their field takes, whatever the data are."""
    for field, wanted in (_FIELDS_OF_JSONATA if state.is_jsonata else _FIELDS).items():
        yield from _against(state, state.body.get(field), wanted, (field,))
    for index, each in enumerate(state.body.get("Choices", []) if state.is_jsonata else []):
        yield from _against(state, each.get("Condition"), ("boolean",), ("Choices", index, "Condition"))
    task = sagemaker_task(state)
    if task is not None:
        shape = input_shape(task.operation)
        yield from _request(state, task.request, shape, (task.field,), is_sdk=task.action is None)
    elif (other := request_shape_of(state)) is not None:
        field = "Arguments" if state.is_jsonata else "Parameters"
        yield from _other_request(state, state.body.get(field), other, (field,))


def _request(state: State, value: Any, shape: Any, keys: _Keys, *, is_sdk: bool) -> Iterator[StateFinding]:
    if isinstance(value, Mapping) and shape.type_name in ("structure", "map"):
        for key, item in value.items():
            is_path = key.endswith(".$") and not state.is_jsonata
            name = key.removesuffix(".$") if is_path else key
            member = shape.members.get(name) if shape.type_name == "structure" else shape.value
            if member is None:
                continue
            if is_path:
                yield from _against(state, item, _taken(member, is_sdk=is_sdk), (*keys, key))
            else:
                yield from _request(state, item, member, (*keys, key), is_sdk=is_sdk)
    elif isinstance(value, list) and shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _request(state, item, shape.member, (*keys, index), is_sdk=is_sdk)
    elif isinstance(value, str) and state.is_jsonata:
        yield from _against(state, value, _taken(shape, is_sdk=is_sdk), keys)


def _other_request(state: State, value: Any, shape: Any, keys: _Keys) -> Iterator[StateFinding]:
    """A request to another service: Step Functions converts more there, so only containers are certain."""
    if isinstance(value, Mapping) and shape.type_name in ("structure", "map"):
        for key, item in value.items():
            is_path = key.endswith(".$") and not state.is_jsonata
            member = _member(shape, key.removesuffix(".$") if is_path else key)
            if member is None:
                continue
            if is_path:
                yield from _against(state, item, _converted(member), (*keys, key))
            else:
                yield from _other_request(state, item, member, (*keys, key))
    elif isinstance(value, list) and shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _other_request(state, item, shape.member, (*keys, index))
    elif isinstance(value, str) and state.is_jsonata:
        yield from _against(state, value, _converted(shape), keys)


def _converted(shape: Any) -> tuple[Kind, ...]:
    kinds = _CONVERTED.get(shape.type_name, ())
    # DynamoDB's values may be texts, too.
    return (*kinds, "text") if shape.name == "AttributeValue" else kinds


def _member(shape: Any, key: str) -> Any:
    return shape.value if shape.type_name == "map" else _READING.members_of(shape).get(_READING.field_of(shape, key))


def _taken(shape: Any, *, is_sdk: bool) -> tuple[Kind, ...]:
    kinds = _KINDS.get(shape.type_name, ())
    return (*kinds, "object", "list") if is_sdk and shape.type_name == "string" else kinds


def _against(state: State, value: Any, wanted: tuple[Kind, ...], keys: _Keys) -> Iterator[StateFinding]:
    kind = _kind(state, value)
    if kind is None or not wanted or kind in wanted:
        return
    remedies = _REMEDIES_OF_JSONATA if state.is_jsonata else _REMEDIES
    remedy = remedies.get((kind, wanted[0]), f"a path to {NAMED[wanted[0]]}")
    message = f"{value!r} is {NAMED[kind]}, and the field takes {NAMED[wanted[0]]}; write {remedy}"
    yield state.finding("result-type", message, *keys)


def _kind(state: State, value: Any) -> Kind | None:
    if not isinstance(value, str):
        return None
    try:
        if not state.is_jsonata:
            return None if is_token(value) else kind_of(parse(value.rstrip()))
        if not is_full(value) or not is_known(expression_of(value)):
            return None
        return kind_of_jsonata(parse_jsonata(expression_of(value)).tree)
    except (ExpressionError, JsonataError, RecursionError):
        return None  # said already

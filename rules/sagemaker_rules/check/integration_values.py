"""Rules on the request of a task that calls another service than SageMaker, by its service model and its page.

What Step Functions looks at is said: fields that are missing or unknown, and containers of another type. Lengths,
patterns and bounds are left to the service, whose models are not always as strict as they read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integration_requests import Request
from sagemaker_rules.check.integration_shapes import StepFunctionsReading, pascal, request_of, request_shape
from sagemaker_rules.check.states import State, is_jsonata, is_token
from sagemaker_rules.service_model import example, input_shape, type_message
from sagemaker_rules.walk import Path, Violation, walk

_Keys = tuple[str | int, ...]
_CONTAINERS = ("structure", "list", "map")
_NUMBER_OR_FLAG = re.compile(r"-?\d+(\.\d+)?|true|false")


def optimized_findings(state: State, service: str, action: str) -> Iterator[StateFinding]:
    """What is wrong with the request of an optimized integration.

    Args:
        state: The task.
        service: As in ``arn:aws:states:::<service>:<action>``.
        action: Likewise.
    """
    request = _request(state)
    if request is None:
        return
    yield from _by_model(state, request, request_shape(service, action))
    yield from _by_page(state, request, request_of(service, action))


def sdk_findings(state: State, service: str, operation: str) -> Iterator[StateFinding]:
    """What is wrong with the request of an SDK integration.

    Args:
        state: The task.
        service: botocore's name of it.
        operation: API operation.
    """
    request = _request(state)
    if request is not None:
        yield from _by_model(state, request, input_shape(operation, service))


def _request(state: State) -> Mapping[str, Any] | None:
    """The request; None where the state's input is the request, or an expression makes it."""
    request = state.body.get(_field(state))
    return request if isinstance(request, Mapping) else None


def _field(state: State) -> str:
    return "Arguments" if state.is_jsonata else "Parameters"


def _by_model(state: State, request: Mapping[str, Any], shape: Any) -> Iterator[StateFinding]:
    def is_dynamic(value: Any) -> bool:
        return value is None or is_token(value) or (state.is_jsonata and is_jsonata(value))

    reading = StepFunctionsReading(
        is_dynamic, paths_in_keys=not state.is_jsonata, null_is_missing=False, takes_fractions=False
    )
    for each in walk(request, shape, reading):
        keys = _keys(state, request, each.path)
        if each.rule == "required":
            message = f"is missing; the API requires it: write {example(each.shape)}"
            yield state.finding("required", message, *keys)
        elif each.rule == "unknown":
            yield state.finding("unknown", _unknown(each, reading), *keys)
        elif each.rule == "enum":
            message = f"{each.value!r} is not one of {_some(each.shape.enum)}; write one of them"
            yield state.finding("enum", message, *keys, is_warning=True)
        elif each.rule == "type" and not _is_converted(each):
            # That a number is read as a text is nowhere promised.
            yield state.finding("type", type_message(each), *keys, is_warning=each.shape.type_name == "string")


def _is_converted(violation: Violation) -> bool:
    """Whether Step Functions makes the right type of it, as workflows that AWS publishes rely on.

    Objects and lists are written as JSON into fields of text; texts are read as numbers, as true or false, and as
    attributes of DynamoDB: https://github.com/aws-samples/step-functions-workflows-collection (curbside-pickup,
    ec2-instance-isolation-sam).
    """
    value, kind = violation.value, violation.shape.type_name
    if kind == "string":
        return isinstance(value, Mapping | list)
    if kind in _CONTAINERS:
        return isinstance(value, str) and violation.shape.name == "AttributeValue"
    return isinstance(value, str) and _NUMBER_OR_FLAG.fullmatch(value) is not None


def _keys(state: State, request: Mapping[str, Any], path: Path) -> _Keys:
    """The keys that lead to a place of the request, those of paths as they stand there."""
    keys: list[str | int] = [_field(state)]
    value: Any = request
    for _, name in path:
        key = f"{name}.$" if isinstance(value, Mapping) and name not in value and f"{name}.$" in value else name
        keys.append(key)
        try:
            value = value[key]
        except (KeyError, TypeError):
            value = None
    return tuple(keys)


def _unknown(violation: Violation, reading: StepFunctionsReading) -> str:
    name = str(violation.path[-1][1])
    members = reading.members_of(violation.shape)
    if reading.field_of(violation.shape, pascal(name)) in members:
        return f"is not a field of {violation.shape.name}; in Step Functions it has a capital: write {pascal(name)!r}"
    close = difflib.get_close_matches(name, members, n=1)
    return f"is not a field of {violation.shape.name}{f'; did you mean {close[0]!r}?' if close else '; take it out'}"


def _by_page(state: State, request: Mapping[str, Any], known: Request) -> Iterator[StateFinding]:
    """What the page of the integration says beside the service model."""
    field = _field(state)
    given = {name for name in (*known.one_of, *known.not_both) if _has(request, name)}
    if known.one_of and not given:
        message = f"is missing; one of {', '.join(known.one_of)} is needed: write it"
        yield state.finding("required", message, field, known.one_of[0])
    if known.not_both and len(given) > 1:
        message = f"stands beside {known.not_both[0]}; write one of them"
        yield state.finding("fields-exclusive", message, field, known.not_both[1])
    for path in known.required:
        if "." in path and (holder := _at(request, path)) is not None and not _has(*holder):
            yield state.finding("required", "is missing; Step Functions requires it: write it", field, *path.split("."))
    for path in known.without:
        if "." in path and (holder := _at(request, path)) is not None and _has(*holder):
            yield state.finding("unknown", "is not taken by Step Functions; take it out", field, *path.split("."))
    for name in known.unlisted:
        if _has(request, name):
            message = "is not among the fields that the integration's page lists; take it out"
            yield state.finding("unknown", message, field, name, is_warning=True)
    for path, values in known.values.items():
        holder = _at(request, path)
        value = holder[0].get(holder[1]) if holder is not None else None
        if value is not None and value not in values and not is_token(value) and not is_jsonata(value):
            message = f"is {value!r}; write {_some(values)}"
            yield state.finding("field-value", message, field, *path.split("."))


def _at(request: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str] | None:
    """The object that holds a field, and the field's name; None where the object is not known."""
    *holders, name = path.split(".")
    value: Any = request
    for each in holders:
        value = value.get(each) if isinstance(value, Mapping) else None
    return (value, name) if isinstance(value, Mapping) else None


def _has(value: Mapping[str, Any], name: str) -> bool:
    return name in value or f"{name}.$" in value


def _some(values: Any) -> str:
    shown = ["true" if each is True else str(each) for each in values]
    return ", ".join(shown[:12]) + (", ..." if len(shown) > 12 else "")

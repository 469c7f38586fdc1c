"""Fields against the schema: not allowed, of the wrong type, out of bounds, missing, excluding each other."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check import schema
from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding
from sagemaker_rules.check.schema import Field
from sagemaker_rules.check.states import Machine, State, is_jsonata, is_token

Keys = tuple[str | int, ...]

#: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html; exported workflows name region and account of
#: an integration, too. An expression is said by the rules on JSONata.
_RESOURCE = re.compile(
    r"\{%.*|arn:[^:]+:(lambda:[^:]*:[^:]*:function:.+|states:[^:]*:[^:]*:(activity:.+|[a-z0-9-]+:[^:]+(:.+)?))",
    re.DOTALL,
)

_KINDS = {
    "text": "a text",
    "path": "a path, or null",
    "flag": "true or false",
    "whole": "a whole number",
    "number": "a number",
    "object": "an object",
    "list": "a list",
    "items": "a list, an object or an expression",
    "template": "an object",
}


def machine_findings(machine: Machine) -> Iterator[StateFinding]:
    """The fields of a machine itself, or of a branch or an item processor."""
    holder = State(machine.owner or WHOLE_MACHINE, machine.body, machine.path, machine.language, machine.is_express)
    if machine.owner is None:
        allowed = schema.MACHINE
    else:
        allowed = schema.BRANCH if machine.path.endswith("]") else schema.PROCESSOR
    yield from object_findings(holder, machine.body, allowed, ())


def state_findings(state: State) -> Iterator[StateFinding]:
    """The fields of a state, and those of the objects in it that the language knows."""
    kind = state.body.get("Type")
    if not isinstance(kind, str) or kind not in schema.STATES:
        if not is_token(kind):
            close = difflib.get_close_matches(str(kind).title(), list(schema.STATES), n=1)
            instead = repr(close[0]) if close else "one of " + ", ".join(schema.STATES)
            what = "is missing" if kind is None else f"is {kind!r}"
            yield state.finding("state-type", f"{what}; write {instead}", "Type")
        return
    yield from object_findings(state, state.body, schema.STATES[kind], ())
    for name in schema.REQUIRED.get(kind, ()):
        if name not in state.body:
            yield state.finding("field-missing", f"is missing; a {kind} state requires it: write it", name)
        elif state.body[name] in ([], ""):
            yield state.finding("field-missing", "is empty; write at least one entry", name)
    for names in schema.ONE_OF.get(kind, ()):
        given = [name for name in names if name in state.body]
        if len(given) != 1:
            what = f"has several of the fields {', '.join(given)}" if given else "has none of " + ", ".join(names)
            rule = "fields-exclusive" if given else "field-missing"
            yield state.finding(rule, f"{what}; write exactly one of them")
    for field, allowed in (("Retry", schema.RETRY), ("Catch", schema.CATCH)):
        yield from _handlers(state, field, allowed)
    yield from _timeouts(state)
    yield from _resource(state)


def _resource(state: State) -> Iterator[StateFinding]:
    resource, credentials = state.body.get("Resource"), state.body.get("Credentials")
    if isinstance(resource, str) and not is_token(resource) and not _RESOURCE.fullmatch(resource):
        message = f"is {resource!r}; write the ARN of an integration, a Lambda function or an activity"
        yield state.finding("resource-arn", message, "Resource")
    if isinstance(credentials, Mapping) and not {"RoleArn", "RoleArn.$"} & set(credentials):
        message = "is missing; write the ARN of the role that the task assumes"
        yield state.finding("field-missing", message, "Credentials", "RoleArn")


def object_findings(
    state: State, body: Mapping[str, Any], allowed: Mapping[str, Field], keys: Keys
) -> Iterator[StateFinding]:
    """The fields of one object against what the schema allows there."""
    for name, value in body.items():
        field = allowed.get(name)
        if field is None:
            yield state.finding("field-not-allowed", _not_allowed(name, allowed), *keys, name)
        elif field.language not in (None, state.language):
            yield state.finding("query-language", _other_language(name, field, state), *keys, name)
        else:
            yield from _value(state, value, field, (*keys, name))
    for one, other in schema.NOT_BOTH:
        if one in body and other in body and one in allowed and other in allowed:
            yield state.finding("fields-exclusive", f"stands beside {one}; write one of them", *keys, other)


def _value(state: State, value: Any, field: Field, keys: Keys) -> Iterator[StateFinding]:
    if is_token(value):
        return
    if state.is_jsonata and isinstance(value, str) and _is_read_as_expression(value, field, keys):
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A whole number written as 3.0 arrives as one.
    is_whole = is_number and float(value).is_integer()
    is_right = {
        "any": True,
        "text": isinstance(value, str),
        "path": value is None or isinstance(value, str),
        "flag": isinstance(value, bool),
        "whole": is_whole,
        "number": is_number,
        "object": isinstance(value, Mapping),
        "template": isinstance(value, Mapping),
        "list": isinstance(value, list),
        # A text that is no expression is said by the rules on JSONata.
        "items": isinstance(value, list | Mapping | str),
    }[field.kind]
    if not is_right:
        yield state.finding("field-type", f"is {_json(value)}; write {_KINDS[field.kind]}", *keys)
    elif field.values and value not in field.values:
        yield state.finding("field-value", f"is {value!r}; write {_one_of(field.values)}", *keys)
    elif is_number and field.low is not None and value < field.low:
        yield state.finding("field-bounds", f"is {value}; write at least {field.low}", *keys)
    elif is_number and field.high is not None and value > field.high:
        yield state.finding("field-bounds", f"is {value}; write at most {field.high}", *keys)


def _is_read_as_expression(value: str, field: Field, keys: Keys) -> bool:
    """Whether the rules on expressions say what is wrong with a text in a state of JSONata."""
    if field.takes_expression and field.kind != "text" and len(keys) == 1:
        return True
    # With blanks around it an expression is a text.
    is_expression = is_jsonata(value) and value == value.strip()
    return is_expression and (field.takes_expression or field.kind in ("template", "any"))


def _handlers(state: State, field: str, allowed: Mapping[str, Field]) -> Iterator[StateFinding]:
    entries = state.body.get(field)
    if field not in schema.STATES[str(state.body["Type"])] or not isinstance(entries, list):
        return
    for index, entry in enumerate(entries):
        yield from object_findings(state, entry, allowed, (field, index))
        errors = entry.get("ErrorEquals")
        if errors is None:
            message = "is missing; write the errors that it takes, or States.ALL"
            yield state.finding("field-missing", message, field, index, "ErrorEquals")
        elif errors == []:
            yield state.finding("field-missing", "is empty; write at least one entry", field, index, "ErrorEquals")
        elif isinstance(errors, list) and not all(isinstance(each, str) for each in errors):
            yield state.finding("field-type", "holds something else than texts; write names of errors", field, index)


def _timeouts(state: State) -> Iterator[StateFinding]:
    beat, timeout = state.body.get("HeartbeatSeconds"), state.body.get("TimeoutSeconds")
    if type(beat) is int and type(timeout) is int and beat >= timeout:
        message = f"is {beat}, not below TimeoutSeconds; write at most {timeout - 1}"
        yield state.finding("heartbeat", message, "HeartbeatSeconds")


def _not_allowed(name: str, allowed: Mapping[str, Field]) -> str:
    close = difflib.get_close_matches(name, list(allowed), n=1)
    return f"is not a field of this place; {f'write {close[0]!r}' if close else 'take it out'}"


def _other_language(name: str, field: Field, state: State) -> str:
    instead = {
        "Parameters": "write Arguments",
        "ResultSelector": "write Output",
        "InputPath": "write $states.input in Arguments",
        "OutputPath": "write Output",
        "ResultPath": "write Output or Assign",
        "Arguments": "write Parameters",
        "Output": "write ResultSelector, ResultPath or OutputPath",
        "Items": "write ItemsPath",
        "ItemsPath": "write Items",
        "Result": "write Output",
    }.get(name, f"write {name.removesuffix('Path')} with {{% ... %}}" if name.endswith("Path") else "take it out")
    return f"is a field of {field.language}, and the state's query language is {state.language}; {instead}"


def _one_of(values: tuple[str, ...]) -> str:
    return repr(values[0]) if len(values) == 1 else "one of " + ", ".join(values)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."

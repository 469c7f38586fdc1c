"""Rules on names that are made at run time: what the expression can yield against pattern and length of the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.expressions import ExpressionError, parse
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.name_parts import Part, jsonata_parts, literal, path_parts
from sagemaker_rules.check.sagemaker import Task
from sagemaker_rules.check.states import TOKEN, is_jsonata, is_token
from sagemaker_rules.service_model import input_shape

#: Names of SageMaker: letters, digits and inner hyphens.
_NAME_PATTERNS = re.compile(r"\[a-zA-Z0-9\]\((?:-\*\[a-zA-Z0-9\]|\[\\-a-zA-Z0-9\]).*")
_ILLEGAL = re.compile(r"[^a-zA-Z0-9-]")
_EXECUTION_NAME = re.compile(r"Execution\.Name\b")


def name_findings(task: Task) -> Iterator[StateFinding]:
    """Names that cannot be legal, and names made of the execution's."""
    request = task.request
    if not isinstance(request, Mapping):
        return
    for keys, text, shape in _dynamic_names(task, request, input_shape(task.operation), (task.field,)):
        parts = _parts(task, keys, text)
        if parts is None:
            continue
        yield from _length(task, keys, text, parts, shape)
        yield from _pattern(task, keys, text, parts)
        is_own = task.action is not None and keys[1:] == (_own_key(task, keys),)
        if is_own and any(_EXECUTION_NAME.search(part.shown) and "ash(" not in part.shown for part in parts):
            yield _execution_name(task, keys)


def _own_key(task: Task, keys: tuple[str | int, ...]) -> str | int:
    assert task.action is not None
    last = keys[-1]
    is_own = isinstance(last, str) and last.removesuffix(".$") == task.action.name_field
    return last if is_own else ""


def _dynamic_names(
    task: Task, value: Any, shape: Any, keys: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """Place, expression and shape of every name in a request that is made at run time."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        for key, item in value.items():
            member = shape.members.get(key.removesuffix(".$"))
            if member is None:
                continue
            if isinstance(item, str) and _is_name(member) and _is_made(task, key, item):
                yield (*keys, key), item, member
            else:
                yield from _dynamic_names(task, item, member, (*keys, key))
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _dynamic_names(task, item, shape.member, (*keys, index))


def _is_made(task: Task, key: str, text: str) -> bool:
    """Whether a name is an expression, or a text of which CloudFormation puts in a part."""
    is_expression = is_jsonata(text) if task.state.is_jsonata else key.endswith(".$")
    return is_expression or is_token(text)


def _is_name(shape: Any) -> bool:
    pattern = shape.metadata.get("pattern")
    return shape.type_name == "string" and pattern is not None and _NAME_PATTERNS.fullmatch(pattern) is not None


def _parts(task: Task, keys: tuple[str | int, ...], text: str) -> list[Part] | None:
    if task.state.is_jsonata and is_jsonata(text):
        return jsonata_parts(text.strip()[2:-2], task.state)
    if not str(keys[-1]).endswith(".$"):
        return [literal(text)]
    if TOKEN.fullmatch(text):
        return None  # the whole expression is put in
    try:
        return path_parts(parse(text.strip()), task.state)
    except ExpressionError:
        return None  # said already


def _length(
    task: Task, keys: tuple[str | int, ...], text: str, parts: list[Part], shape: Any
) -> Iterator[StateFinding]:
    longest, least = shape.metadata.get("max"), sum(part.least for part in parts)
    # What is illegal anyway is said once.
    if longest is not None and least > longest and not any(part.illegal for part in parts):
        message = f"{text!r} has {least} characters or more; write at most {longest}"
        yield task.state.finding("max", message, *keys)


def _pattern(task: Task, keys: tuple[str | int, ...], text: str, parts: list[Part]) -> Iterator[StateFinding]:
    for part in parts:
        found = part.illegal or (_ILLEGAL.search(part.text) if part.text else None)
        if found:
            is_plain = part.illegal or TOKEN.sub("", part.shown) == part.text
            what = f"{part.shown!r}" if is_plain else f"{part.shown} ({part.text!r})"
            illegal = found if isinstance(found, str) else found[0]
            message = f"{what} puts {illegal!r} into the name; write letters, digits and hyphens only"
            yield task.state.finding("pattern", message, *keys)
            return
    ends = [("begins", parts[0].ends[0]), ("ends", parts[-1].ends[1])] if parts else []
    for verb, character in ends:
        if character == "-":
            message = f"{text!r} {verb} with a hyphen; write a letter or digit there"
            yield task.state.finding("pattern", message, *keys)
            return


def _execution_name(task: Task, keys: tuple[str | int, ...]) -> StateFinding:
    message = (
        "is made of the execution's name, which may be longer than a job name or hold other characters; write "
        "States.Format('<prefix>-{}', States.Hash($$.Execution.Id, 'MD5')), with $$.State.RetryCount if it is retried"
    )
    if task.operation == "CreateHyperParameterTuningJob":
        message = (
            "is made of the execution's name, whose default has 36 characters, and a tuning job's name has at most 32; "
            "write a short name of the input"
        )
    return task.state.finding("execution-name", message, *keys, is_warning=True)

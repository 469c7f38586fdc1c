"""The values of a pipeline definition that stand for others: ``Get``, ``Std:Join`` and ``Std:JsonGet``.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EXECUTION_VARIABLES = frozenset(
    {
        *("StartDateTime", "CurrentDateTime", "PipelineName", "PipelineArn", "PipelineExecutionId"),
        *("PipelineExecutionArn", "TrainingJobName", "ProcessingJobName"),
    }
)
_PROPERTY = re.compile(r"Steps\.(?P<step>[A-Za-z0-9\-_]{1,64})\.(?P<path>.+)", re.S)
_PROPERTY_FILE = re.compile(r"PropertyFiles\.(?P<name>.+)", re.S)
_PATH_PART = re.compile(r"(?:^|\.)([A-Za-z0-9_\-]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_FUNCTIONS = ("Std:Join", "Std:JsonGet")

PathPart = str | int


class InvalidReferenceError(ValueError):
    """A reference that names nothing; the text says what to write."""


@dataclass(frozen=True)
class Reference:
    """What a ``Get`` names.

    Args:
        kind: ``Parameters``, ``Execution`` or ``Steps``.
        name: Name of the parameter, the variable or the step.
        path: Property of the step, as in ``("ProcessingOutputConfig", "Outputs", "train")``.
        property_file: Name of a property file of the step, in place of a path.
    """

    kind: str
    name: str
    path: tuple[PathPart, ...] = ()
    property_file: str | None = None


def parse(text: str) -> Reference:
    """Reads the text of a ``Get``.

    Raises:
        InvalidReferenceError: It names nothing that there is.
    """
    kind, _, name = text.partition(".")
    if kind == "Parameters" and name:
        return Reference("Parameters", name)
    if kind == "Execution" and name in EXECUTION_VARIABLES:
        return Reference("Execution", name)
    match = _PROPERTY.fullmatch(text)
    if match is None:
        raise InvalidReferenceError(
            f"Get {text!r}: write Parameters.<name>, Execution.<variable> or Steps.<step>.<property>"
        )
    file = _PROPERTY_FILE.fullmatch(match["path"])
    if file is not None:
        return Reference("Steps", match["step"], property_file=file["name"])
    return Reference("Steps", match["step"], parse_path(match["path"]))


def parse_path(text: str) -> tuple[PathPart, ...]:
    """Reads a path with names, ``[0]`` and ``['key']``.

    Raises:
        InvalidReferenceError: It is none.
    """
    parts: list[PathPart] = []
    position = 0
    while position < len(text):
        match = _PATH_PART.match(text, position)
        if match is None or match.end() == position:
            raise InvalidReferenceError(f"path {text!r}: write names joined with dots, [0] or ['key']")
        name, index, single, double = match.groups()
        parts.append(int(index) if index is not None else name or single or double or "")
        position = match.end()
    return tuple(parts)


def is_get(value: Any) -> bool:
    """Whether a value is ``{"Get": "..."}``."""
    return isinstance(value, Mapping) and set(value) == {"Get"} and isinstance(value["Get"], str)


def is_function(value: Any, name: str) -> bool:
    """Whether a value is ``{name: {...}}``, as in ``Std:Join``."""
    return isinstance(value, Mapping) and set(value) == {name} and isinstance(value[name], Mapping)


def is_reference(value: Any) -> bool:
    """Whether a value is known only while the pipeline runs."""
    return is_get(value) or any(is_function(value, name) for name in _FUNCTIONS)


def objects(body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects in a list of a step; none where it is no list."""
    found = body.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def gets(value: Any) -> Iterator[str]:
    """The text of every ``Get`` in a value, however deep."""
    if is_get(value):
        yield value["Get"]
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from gets(item)
    elif isinstance(value, list):
        for item in value:
            yield from gets(item)


def find(value: Any) -> Iterator[Reference]:
    """Every reference in a value, however deep.

    Raises:
        InvalidReferenceError: One of them names nothing.
    """
    yield from map(parse, gets(value))


def function_problems(value: Any) -> Iterator[str]:
    """What a ``Std:Join`` or ``Std:JsonGet`` in a value, however deep, lacks to work on."""
    if is_function(value, "Std:Join") and not isinstance(value["Std:Join"].get("Values"), list):
        yield f"Std:Join needs Values, a list; got {sorted(value['Std:Join'])}"
    if is_function(value, "Std:JsonGet"):
        yield from _json_get(value["Std:JsonGet"])
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from function_problems(item)


def _json_get(function: Mapping[str, Any]) -> Iterator[str]:
    path = function.get("Path")
    if not isinstance(path, str):
        yield f"Std:JsonGet needs Path, a string; got {sorted(function)}"
    else:
        try:
            parse_path(path.removeprefix("$").removeprefix("."))
        except InvalidReferenceError as error:
            yield f"Std:JsonGet: {error}"
    if ("PropertyFile" in function) == ("S3Uri" in function):
        yield f"Std:JsonGet needs PropertyFile or S3Uri, and not both; got {sorted(function)}"
    elif "PropertyFile" in function:
        yield from _property_file(function["PropertyFile"])


def _property_file(value: Any) -> Iterator[str]:
    if not is_get(value):
        yield "Std:JsonGet: PropertyFile is a Get"
        return
    try:
        is_file = parse(value["Get"]).property_file is not None
    except InvalidReferenceError:
        return  # said of the Get itself
    if not is_file:
        yield f"Std:JsonGet: {value['Get']} is not a property file; write Steps.<step>.PropertyFiles.<name>"

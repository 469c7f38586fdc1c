"""The values of a pipeline definition that stand for others: ``Get``, ``Std:Join`` and ``Std:JsonGet``.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.base.errors import LocalAwsError

EXECUTION_VARIABLES = frozenset(
    {
        *("StartDateTime", "CurrentDateTime", "PipelineName", "PipelineArn", "PipelineExecutionId"),
        *("PipelineExecutionArn", "TrainingJobName", "ProcessingJobName"),
    }
)
_PROPERTY = re.compile(r"Steps\.(?P<step>[A-Za-z0-9\-_]{1,64})\.(?P<path>.+)", re.S)
_PROPERTY_FILE = re.compile(r"PropertyFiles\.(?P<name>.+)", re.S)
_PATH_PART = re.compile(r"(?:^|\.)([A-Za-z0-9_\-]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")

PathPart = str | int


class DefinitionError(LocalAwsError):
    """A pipeline definition that the service would refuse; the text names the step."""


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
        DefinitionError: It names nothing that there is.
    """
    kind, _, name = text.partition(".")
    if kind == "Parameters" and name:
        return Reference("Parameters", name)
    if kind == "Execution" and name in EXECUTION_VARIABLES:
        return Reference("Execution", name)
    match = _PROPERTY.fullmatch(text)
    if match is None:
        raise DefinitionError(f"Get {text!r}: write Parameters.<name>, Execution.<variable> or Steps.<step>.<property>")
    file = _PROPERTY_FILE.fullmatch(match["path"])
    if file is not None:
        return Reference("Steps", match["step"], property_file=file["name"])
    return Reference("Steps", match["step"], parse_path(match["path"]))


def parse_path(text: str) -> tuple[PathPart, ...]:
    """Reads a path with names, ``[0]`` and ``['key']``.

    Raises:
        DefinitionError: It is none.
    """
    parts: list[PathPart] = []
    position = 0
    while position < len(text):
        match = _PATH_PART.match(text, position)
        if match is None or match.end() == position:
            raise DefinitionError(f"path {text!r}: write names joined with dots, [0] or ['key']")
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


def check_functions(value: Any) -> None:
    """Raises DefinitionError for a ``Std:Join`` or ``Std:JsonGet`` in the value that lacks what it works on."""
    if is_function(value, "Std:Join") and not isinstance(value["Std:Join"].get("Values"), list):
        raise DefinitionError(f"Std:Join needs Values, a list; got {sorted(value['Std:Join'])}")
    if is_function(value, "Std:JsonGet"):
        _check_json_get(value["Std:JsonGet"])
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            check_functions(item)


def _check_json_get(function: Mapping[str, Any]) -> None:
    if not isinstance(function.get("Path"), str):
        raise DefinitionError(f"Std:JsonGet needs Path, a string; got {sorted(function)}")
    if ("PropertyFile" in function) == ("S3Uri" in function):
        raise DefinitionError(f"Std:JsonGet needs PropertyFile or S3Uri, and not both; got {sorted(function)}")
    if "PropertyFile" in function and not is_get(function["PropertyFile"]):
        raise DefinitionError("Std:JsonGet: PropertyFile is a Get")


def find(value: Any) -> Iterator[Reference]:
    """Every reference in a value, however deep.

    Raises:
        DefinitionError: One of them names nothing.
    """
    if is_get(value):
        yield parse(value["Get"])
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from find(item)
    elif isinstance(value, list):
        for item in value:
            yield from find(item)

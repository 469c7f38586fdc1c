"""The types of references: of parameters by their declaration, of properties by the shape of the answer.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from sagemaker_rules.pipelines.references import (
    InvalidReferenceError,
    PathPart,
    Reference,
    is_function,
    is_get,
    objects,
    parse,
)
from sagemaker_rules.pipelines.step_types import property_members

TEXT, INTEGER, FLOAT, BOOLEAN, LIST, OBJECT = "String", "Integer", "Float", "Boolean", "List", "Object"
#: Type of a value by the type of botocore's shape for it; a timestamp is left open.
BY_SHAPE: Mapping[str, str] = {
    "string": TEXT,
    "integer": INTEGER,
    "long": INTEGER,
    "float": FLOAT,
    "double": FLOAT,
    "boolean": BOOLEAN,
    "list": LIST,
    "structure": OBJECT,
    "map": OBJECT,
}


def type_of(value: Any, parameters: Mapping[str, str], steps: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The type of a value of a definition; None where only the run knows it.

    Args:
        value: A literal or a reference.
        parameters: Types of the declared parameters by name.
        steps: The steps by name.
    """
    if is_function(value, "Std:Join"):
        return TEXT
    if is_get(value):
        try:
            return _of_reference(parse(value["Get"]), parameters, steps)
        except InvalidReferenceError:
            return None
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else INTEGER if isinstance(value, int) else _float(value)


def _float(value: Any) -> str | None:
    return FLOAT if isinstance(value, float) else None


def _of_reference(
    reference: Reference, parameters: Mapping[str, str], steps: Mapping[str, Mapping[str, Any]]
) -> str | None:
    if reference.kind == "Parameters":
        return parameters.get(reference.name)
    if reference.kind == "Execution":
        return TEXT
    step = steps.get(reference.name)
    if step is None or reference.property_file is not None:
        return None
    if reference.path[:1] == ("OutputParameters",):
        return _output_type(step, reference.path)
    shape = _shape_at(property_members(str(step.get("Type"))), reference.path)
    return None if shape is None else BY_SHAPE.get(shape.type_name)


def _output_type(step: Mapping[str, Any], path: tuple[PathPart, ...]) -> str | None:
    for each in objects(step, "OutputParameters"):
        if path[1:] == (each.get("OutputName"),):
            return str(each.get("OutputType", TEXT))
    return None


def _shape_at(members: Mapping[str, Any] | None, path: tuple[PathPart, ...]) -> Any:
    """The shape at a path; None where there is none, or it is not known."""
    if members is None or not path:
        return None
    shape = members.get(str(path[0]))
    for part in path[1:]:
        if shape is None:
            return None
        shape = _member(shape, part)
    return shape


def _member(shape: Any, part: PathPart) -> Any:
    if shape.type_name == "structure":
        return shape.members.get(part)
    if shape.type_name == "list":
        return shape.member
    return shape.value if shape.type_name == "map" else None


def property_problem(reference: Reference, step: Mapping[str, Any]) -> str | None:
    """Why a step has no such property, and what to write; None: it has it, as far as that is known.

    Args:
        reference: A property of the step.
        step: The step.
    """
    kind = str(step.get("Type"))
    path = reference.path
    if path[:1] == ("OutputParameters",):
        declared = [each.get("OutputName") for each in objects(step, "OutputParameters")]
        # A step that runs a function of the SDK has outputs that stand nowhere.
        if kind not in ("Lambda", "Callback") or len(path) < 2 or path[1] in declared:
            return None
        return f"step {reference.name!r} has no output {path[1]!r}{_instead(path[1], declared)}"
    if kind in ("Lambda", "Callback"):
        return f"a {kind} step has no property {path[0]!r}; write OutputParameters['<name>']"
    members = property_members(kind)
    if members is None:
        return None
    if str(path[0]) not in members:
        return f"a {kind} step has no property {path[0]!r}{_instead(path[0], list(members))}"
    return _deeper(members[str(path[0])], path[1:])


def _deeper(shape: Any, path: tuple[PathPart, ...]) -> str | None:
    for part in path:
        if shape is None:
            return None
        if shape.type_name == "structure" and part not in shape.members:
            return f"{shape.name} has no property {part!r}{_instead(part, list(shape.members))}"
        if shape.type_name not in ("structure", "list", "map"):
            return f"a {BY_SHAPE.get(shape.type_name, 'value')} has no property {part!r}; end the path before it"
        shape = _member(shape, part)
    return None


def _instead(name: PathPart, known: list[Any]) -> str:
    close = difflib.get_close_matches(str(name), [str(each) for each in known], n=1)
    if close:
        return f"; write {close[0]!r}"
    shown = ", ".join(str(each) for each in known[:8])
    return f"; write one of {shown}{', ...' if len(known) > 8 else ''}" if known else "; it has none"

"""Where ResultPath writes: a reference path, which names one place."""

from __future__ import annotations

import copy
from typing import Any

from local_aws.stepfunctions.paths import steps
from local_aws.stepfunctions.paths.errors import InvalidPathError, PathNotFoundError
from local_aws.stepfunctions.paths.path import JsonPath


def write(path: str, data: Any, value: Any) -> Any:
    """A copy of ``data`` with ``value`` at ``path``; objects on the way are made.

    Args:
        path: As in ``$.answer.item[0]``; ``$`` replaces the whole.
        data: Where to write.
        value: What to write.

    Raises:
        InvalidPathError: The path does not name one place.
        PathNotFoundError: The data cannot take the value there: it is not an object, or an array is too short.
    """
    parsed = JsonPath(path)
    if not parsed.is_definite or any(isinstance(each, steps.Property) and len(each.names) > 1 for each in parsed.steps):
        raise InvalidPathError(f"{path!r} does not name one place; write names and indices only")
    root = {"$": copy.deepcopy(data)}
    holder: Any = root
    key: Any = "$"
    for step in parsed.steps:
        place = _name(step)
        inner = _inner(holder, key, place)
        if inner is None:
            raise PathNotFoundError(parsed.text, f"{parsed.canonical()} cannot be written")
        holder, key = inner, place
    holder[key] = copy.deepcopy(value)
    return root["$"]


def _name(step: steps.Step) -> str | int:
    if isinstance(step, steps.Property):
        return step.names[0]
    assert isinstance(step, steps.Index), step
    return step.numbers[0]


def _inner(holder: Any, key: Any, place: str | int) -> Any:
    """What stands at ``key``, if ``place`` can be written in it."""
    present = isinstance(holder, list) or key in holder
    current = holder[key] if present else None
    if isinstance(place, str):
        if not present:
            holder[key] = current = {}
        return current if isinstance(current, dict) else None
    return current if isinstance(current, list) and -len(current) <= place < len(current) else None

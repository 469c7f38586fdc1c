"""What the SageMaker API itself refuses: values outside the bounds of its service model.

moto accepts any name and any value; botocore's own check knows neither maximum, enum nor pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
import regex
from botocore.model import Shape


def check_request(operation: str, request: Mapping[str, Any]) -> str | None:
    """Checks a request as the API does.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        request: Its request.

    Returns:
        The message of the ValidationException, in AWS's words; None when there is nothing to say.
    """
    findings = list(_walk(request, input_shape(operation), ""))
    if not findings:
        return None
    count = len(findings)
    return f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(findings)}"


@cache
def input_shape(operation: str) -> Shape:
    """Shape of the request of a SageMaker operation."""
    shape: Shape | None = _service_model().operation_model(operation).input_shape
    assert shape is not None
    return shape


@cache
def output_fields(operation: str) -> frozenset[str]:
    """Names of the fields of the response of a SageMaker operation."""
    shape = _service_model().operation_model(operation).output_shape
    assert shape is not None
    return frozenset(shape.members)


@cache
def _service_model() -> Any:
    return botocore.session.get_session().get_service_model("sagemaker")


def _walk(value: Any, shape: Any, path: str) -> Iterator[str]:
    check = _CHECKS.get(shape.type_name)
    if check is not None:
        yield from check(value, shape, path)


def _structure(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _finding(value, path, "Member must be a structure")
        return
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        if name in shape.members and item is not None:
            yield from _walk(item, shape.members[name], _join(path, name))


def _list(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _finding(value, path, "Member must be a list")
        return
    yield from _length(value, shape, path)
    for index, item in enumerate(value, start=1):
        yield from _walk(item, shape.member, f"{path}.{index}.member")


def _map(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _finding(value, path, "Member must be a map")
        return
    yield from _length(value, shape, path)
    for key, item in value.items():
        yield from _walk(key, shape.key, path)
        yield from _walk(item, shape.value, f"{path}.{key}.member")


def _string(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield _finding(value, path, "Member must be a string")
        return
    # botocore's list of instance types lags behind; AWS knows more of them.
    if shape.enum and value not in shape.enum and not value.startswith("ml."):
        yield _finding(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
        return
    yield from _length(value, shape, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _finding(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _number(value: Any, shape: Any, path: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _finding(value, path, "Member must be a number")
        return
    bounds = shape.metadata
    if "min" in bounds and value < bounds["min"]:
        yield _finding(value, path, f"Member must have value greater than or equal to {bounds['min']}")
    if "max" in bounds and value > bounds["max"]:
        yield _finding(value, path, f"Member must have value less than or equal to {bounds['max']}")


def _length(value: Any, shape: Any, path: str) -> Iterator[str]:
    bounds = shape.metadata
    if "min" in bounds and len(value) < bounds["min"]:
        yield _finding(value, path, f"Member must have length greater than or equal to {bounds['min']}")
    if "max" in bounds and len(value) > bounds["max"]:
        yield _finding(value, path, f"Member must have length less than or equal to {bounds['max']}")


_CHECKS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
}


def _finding(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    lower = name[0].lower() + name[1:]
    return f"{path}.{lower}" if path else lower


@cache
def _compiled(pattern: str) -> Any:
    # Java writes characters beyond the basic plane as surrogate pairs, which Python does not have.
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    # Any, because the package regex, unlike re, knows classes such as \p{Alnum} and has no type of its own for this.
    return regex.compile(pattern)

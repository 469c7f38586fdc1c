"""The walk of a shape of botocore over a value: what breaks the service model, and where; wording is left to others.

botocore's own validator knows neither maximum, enum nor pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import regex

Rule = Literal["required", "unknown", "type", "min", "max", "enum", "pattern"]

#: A field of a structure, a zero-based item of a list, an entry of a map (its value), or the key of an entry.
PathPart = tuple[Literal["field", "item", "entry", "key"], Any]
Path = tuple[PathPart, ...]

#: Everything beyond U+FFFF, as a pattern of the model writes it (Java, in halves of surrogate pairs) and as regex does.
_JAVA_ASTRAL = r"\uD800\uDC00-\uDBFF\uDFFF"
_ASTRAL = r"\U00010000-\U0010FFFF"


@dataclass(frozen=True)
class Violation:
    """A place where a value breaks a rule of the service model.

    Args:
        path: From the request down to the place.
        rule: The constraint that is broken.
        shape: Shape of the value; of the structure around it where the field is ``unknown``.
        value: The value; None where it is missing.
    """

    path: Path
    rule: Rule
    shape: Any
    value: Any


@dataclass(frozen=True)
class Reading:
    """How a value is to be read.

    Args:
        is_dynamic: Says of a value whether it is known only later; such values are legal.
        paths_in_keys: Whether a key that ends in ``.$`` stands for a value that is known only later.
        null_is_missing: Whether a field of a structure with null counts as not given.
        takes_fractions: Whether a fraction may stand where the model says integer, and only its bounds count.
    """

    is_dynamic: Callable[[Any], bool]
    paths_in_keys: bool
    null_is_missing: bool
    takes_fractions: bool

    def name_of(self, key: str) -> str:
        """Name of the field or entry of a key."""
        return key.removesuffix(".$") if self.paths_in_keys else key

    def is_later(self, key: str) -> bool:
        """Whether the value of a key is known only later."""
        return self.paths_in_keys and key.endswith(".$")

    def is_missing(self, value: Any) -> bool:
        """Whether a field with this value counts as not given."""
        return self.null_is_missing and value is None

    def members_of(self, shape: Any) -> Mapping[str, Any]:
        """The fields of a structure by the names that the value has for them."""
        members: Mapping[str, Any] = shape.members
        return members

    def required_of(self, shape: Any) -> Iterable[str]:
        """Names of the fields that a structure requires."""
        required: Iterable[str] = shape.required_members
        return required

    def field_of(self, shape: Any, key: str) -> str:
        """Name of the field that a key of the value means."""
        return self.name_of(key)


def walk(value: Any, shape: Any, reading: Reading, path: Path = ()) -> Iterator[Violation]:
    """Violations in the order of the value.

    Args:
        value: The value, as JSON has it.
        shape: botocore's shape for it.
        reading: How the value is to be read.
        path: Where the value stands.
    """
    check = _CHECKS.get(shape.type_name)
    if check is not None and not reading.is_dynamic(value):
        yield from check(value, shape, reading, path)


def _structure(value: Any, shape: Any, reading: Reading, path: Path) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        yield Violation(path, "type", shape, value)
        return
    members = reading.members_of(shape)
    present = {reading.field_of(shape, key) for key, item in value.items() if not reading.is_missing(item)}
    for name in reading.required_of(shape):
        if name not in present:
            yield Violation((*path, ("field", name)), "required", members[name], None)
    for key, item in value.items():
        name = reading.field_of(shape, key)
        where: Path = (*path, ("field", reading.name_of(key)))
        if name not in members:
            yield Violation(where, "unknown", shape, item)
        elif not reading.is_later(key) and not reading.is_missing(item):
            yield from walk(item, members[name], reading, where)


def _list(value: Any, shape: Any, reading: Reading, path: Path) -> Iterator[Violation]:
    if not isinstance(value, list | tuple):
        yield Violation(path, "type", shape, value)
        return
    yield from _bounds(len(value), value, shape, path)
    for index, item in enumerate(value):
        yield from walk(item, shape.member, reading, (*path, ("item", index)))


def _map(value: Any, shape: Any, reading: Reading, path: Path) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        yield Violation(path, "type", shape, value)
        return
    yield from _bounds(len(value), value, shape, path)
    for key, item in value.items():
        name = reading.name_of(key)
        yield from walk(name, shape.key, reading, (*path, ("key", name)))
        if not reading.is_later(key):
            yield from walk(item, shape.value, reading, (*path, ("entry", name)))


def _string(value: Any, shape: Any, reading: Reading, path: Path) -> Iterator[Violation]:
    if not isinstance(value, str):
        yield Violation(path, "type", shape, value)
        return
    if shape.enum and value not in shape.enum:
        yield Violation(path, "enum", shape, value)
        return
    yield from _bounds(len(value), value, shape, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield Violation(path, "pattern", shape, value)


def _integer(value: Any, shape: Any, reading: Reading, path: Path) -> Iterator[Violation]:
    # aws-cdk-lib's Size and Duration give whole numbers as floats.
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if reading.takes_fractions or (is_whole and not isinstance(value, bool)):
        yield from _number(value, shape, reading, path)
    else:
        yield Violation(path, "type", shape, value)


def _number(value: Any, shape: Any, _: Reading, path: Path) -> Iterator[Violation]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Violation(path, "type", shape, value)
        return
    yield from _bounds(value, value, shape, path)


def _boolean(value: Any, shape: Any, _: Reading, path: Path) -> Iterator[Violation]:
    if not isinstance(value, bool):
        yield Violation(path, "type", shape, value)


def _bounds(size: float, value: Any, shape: Any, path: Path) -> Iterator[Violation]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield Violation(path, "min", shape, value)
    if high is not None and size > high:
        yield Violation(path, "max", shape, value)


_CHECKS: dict[str, Callable[[Any, Any, Reading, Path], Iterator[Violation]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
}


@cache
def compiled(pattern: str) -> Any:
    """A pattern of the service model; ``regex``, unlike ``re``, knows classes such as ``\\p{L}``."""
    return regex.compile(pattern.replace(_JAVA_ASTRAL, _ASTRAL))

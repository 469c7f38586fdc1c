"""What a mutant is, and what tells whether a value is wrong by botocore's models alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex
from botocore.session import get_session


@dataclass(frozen=True)
class Mutant:
    """A wrong definition.

    Args:
        kind: What was done to it.
        of: What the legal definition was of: its query language, or a pipeline, and an action.
        where: Name of the legal definition, the place, and why it is wrong there.
        definition: The wrong one.
    """

    kind: str
    of: str
    where: str
    definition: dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A member of a structure in a request.

    Args:
        holder: The object that holds it.
        key: Its key there; ends in ``.$`` where it is a path.
        shape: Shape of its value.
        owner: Shape of the object around it.
        names: Names of all fields that stand there, as the request spells them.
        is_required: Whether the owner requires it.
    """

    holder: dict[str, Any]
    key: str
    shape: Any
    owner: Any
    names: frozenset[str]
    is_required: bool


@cache
def input_shape(service: str, operation: str) -> Any:
    """botocore's shape of a request."""
    return get_session().get_service_model(service).operation_model(operation).input_shape


def unchanged(name: str) -> str:
    """The field's own name."""
    return name


def capital(name: str) -> str:
    """The field's name as Step Functions spells it."""
    return name[0].upper() + name[1:]


def places(value: Any, shape: Any, spelt: Callable[[str], str] = unchanged) -> Iterator[Place]:
    """Every member of a request; what is known only later is not looked into."""
    if shape.type_name == "list" and isinstance(value, list):
        for item in value:
            yield from places(item, shape.member, spelt)
    if shape.type_name != "structure" or not isinstance(value, dict) or _is_later(value):
        return
    members = {spelt(name): member for name, member in shape.members.items()}
    required = {spelt(name) for name in shape.required_members}
    for key, item in value.items():
        name = key.removesuffix(".$")
        yield Place(value, key, members[name], shape, frozenset(members), name in required)
        if key in members:
            yield from places(item, members[name], spelt)


def _is_later(value: Mapping[str, Any]) -> bool:
    """Whether it is a reference or a function of a pipeline."""
    return len(value) == 1 and next(iter(value)).startswith(("Get", "Std:"))


def broken(request: dict[str, Any], shape: Any, chance: random.Random, *, keep: frozenset[str] = frozenset()) -> str:
    """Breaks a request at one place; says where and why it is wrong.

    Args:
        request: The request, which is changed.
        shape: botocore's shape for it.
        chance: Where and how.
        keep: Names of fields that may be left out all the same.
    """
    place = chance.choice(list(places(request, shape)))
    name = place.key.removesuffix(".$")
    if place.is_required and name not in keep and chance.random() < 0.4:
        del place.holder[place.key]
        return f"{name} taken out, which {place.owner.name} requires"
    if chance.random() < 0.25:
        place.holder[f"{name}s2"] = "x"
        return f"{name}s2 put in, which {place.owner.name} does not have"
    wrong = list(_wrong_values(place.shape))
    value, why = chance.choice(wrong)
    del place.holder[place.key]
    place.holder[name] = value
    return f"{name}={str(value)[:40]!r}, {why}"


def _wrong_values(shape: Any) -> Iterator[tuple[Any, str]]:
    kind, low, high = shape.type_name, shape.metadata.get("min"), shape.metadata.get("max")
    other = {"string": 7, "boolean": "true", "integer": "7", "long": "7", "list": "a", "map": "a", "structure": "a"}
    yield other.get(kind, "seven"), f"not a {kind}"
    if kind in ("integer", "long"):
        beyond = ([low - 1] if low is not None else []) + ([high + 1] if high is not None else [])
        yield from ((value, "out of bounds") for value in beyond)
    if kind == "string" and shape.enum:
        yield "NoSuchValue", "none of the enum's"
    elif kind == "string":
        if high and high < 5_000:
            yield "a" * (high + 1), "too long"
        pattern = shape.metadata.get("pattern")
        if pattern and not regex.fullmatch(pattern, "no !\t match"):
            yield "no !\t match", "does not match the pattern"
    if kind == "list" and low:
        yield [], "too short"

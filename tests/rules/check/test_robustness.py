"""Whatever stands in a definition, the check ends with findings of one line each, never with a traceback."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.rules.check.conftest import HERE, definition, findings_of

NAMES = sorted(path.name.removesuffix(".asl.json") for path in HERE.glob("*/*.asl.json"))
JUNK: list[Any] = [
    None,
    True,
    -1.5,
    "",
    "$.",
    "{% a %}",
    "${T}",
    [],
    {},
    [None],
    {"x.$": []},
    "a\nb",
    {"Ref": "X"},
    [[]],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("name", NAMES)
def test_junk_anywhere(name: str) -> None:
    original = definition(name)
    chance = random.Random(name)
    for path in places(original):
        for junk in chance.sample(JUNK, 3):
            mutant = copy.deepcopy(original)
            target = mutant
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = copy.deepcopy(junk)
            assert all("\n" not in str(finding) for finding in findings_of(mutant)), (path, junk)

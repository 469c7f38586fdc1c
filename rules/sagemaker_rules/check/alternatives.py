"""``Fn::If`` in a resource: what it is with each outcome of the conditions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.json_text import ObjectWithRepeatedKeys

#: With more conditions than this only "all true" and "all false" are looked at, which see both arms of each.
_MAX_COMBINED = 3
_NO_VALUE = {"Ref": "AWS::NoValue"}
_REMOVED = object()


def alternatives(value: Any) -> list[Any]:
    """``value`` once for each outcome of its conditions; just itself where it has none."""
    conditions = sorted(set(_conditions(value)))
    if not conditions:
        return [value]
    count = len(conditions)
    outcomes: Iterator[tuple[bool, ...]] = itertools.product((True, False), repeat=count)
    if count > _MAX_COMBINED:
        outcomes = iter([(True,) * count, (False,) * count])
    return [_chosen(value, dict(zip(conditions, each, strict=True))) for each in outcomes]


def _conditions(value: Any) -> Iterator[str]:
    if (found := _if(value)) is not None:
        yield str(found[0])
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for item in items:
        yield from _conditions(item)


def _chosen(value: Any, outcome: Mapping[str, bool]) -> Any:
    while (found := _if(value)) is not None:
        value = found[1] if outcome[str(found[0])] else found[2]
    if value == _NO_VALUE:
        return _REMOVED
    if isinstance(value, Mapping):
        chosen = {key: _chosen(item, outcome) for key, item in value.items()}
        kept = {key: item for key, item in chosen.items() if item is not _REMOVED}
        return ObjectWithRepeatedKeys(kept, value.repeated) if isinstance(value, ObjectWithRepeatedKeys) else kept
    if isinstance(value, list):
        return [item for item in (_chosen(each, outcome) for each in value) if item is not _REMOVED]
    return value


def _if(value: Any) -> list[Any] | None:
    if isinstance(value, Mapping) and len(value) == 1:
        argument = value.get("Fn::If")
        if isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str):
            return argument
    return None

"""Reads JSON and keeps what a plain reader loses: keys that stand twice, NaN and Infinity."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding, step

#: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
MAX_CHARACTERS = 1_048_576


class ObjectWithRepeatedKeys(dict[str, Any]):
    """An object in which a key stands twice; its last value counts, as everywhere.

    Args:
        content: The object.
        repeated: The keys that stand twice.
    """

    def __init__(self, content: Mapping[str, Any], repeated: tuple[str, ...]) -> None:
        super().__init__(content)
        self.repeated = repeated


def loads(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: It is not JSON.
    """
    return json.loads(text, object_pairs_hook=object_of)


def object_of(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """The object of ``pairs``, which remembers keys that stand twice."""
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    keys = [key for key, _ in pairs]
    return ObjectWithRepeatedKeys(content, tuple(sorted({str(key) for key in keys if keys.count(key) > 1})))


def text_findings(definition: Any, size: int = 0) -> Iterator[StateFinding]:
    """What is lost once a definition is read.

    Args:
        definition: As :func:`loads` gives it.
        size: Characters of its text; 0 where it has none.
    """
    if size > MAX_CHARACTERS:
        message = f"has {size} characters; write at most {MAX_CHARACTERS}, as by nested state machines"
        yield StateFinding(WHOLE_MACHINE, "$", "definition-size", message)
    if not _is_clean(definition):
        yield from _walk(definition, "$", WHOLE_MACHINE, False)


def _is_clean(value: Any) -> bool:
    """Whether there is nothing to say: nearly always, so that no paths need be made."""
    if isinstance(value, dict):
        return not isinstance(value, ObjectWithRepeatedKeys) and all(map(_is_clean, value.values()))
    if isinstance(value, list):
        return all(map(_is_clean, value))
    return not isinstance(value, float) or math.isfinite(value)


def _walk(value: Any, path: str, state: str, is_states: bool) -> Iterator[StateFinding]:
    if isinstance(value, Mapping):
        for key in value.repeated if isinstance(value, ObjectWithRepeatedKeys) else ():
            message = "stands twice in this object, and the first is lost; give it another name, or take one out"
            yield StateFinding(key if is_states else state, step(path, key), "duplicate-key", message)
        for key, item in value.items():
            inner = str(key) if is_states else state
            yield from _walk(item, step(path, str(key)), inner, key == "States" and not is_states)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, step(path, index), state, False)
    elif isinstance(value, float) and not math.isfinite(value):
        yield StateFinding(state, path, "not-a-number", f"is {value}, which JSON does not have; write a number")

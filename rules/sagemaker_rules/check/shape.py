"""Whether a definition has the shape that every other rule relies on: objects with StartAt and States."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding, step


def shape_findings(definition: Any) -> list[StateFinding]:
    """Findings after which nothing else can be said of the definition; none when it has its shape."""
    return list(_machine(definition, "$", WHOLE_MACHINE))


def _machine(body: Any, path: str, owner: str) -> Iterator[StateFinding]:
    if not isinstance(body, Mapping):
        yield _finding(owner, path, "is no object; write a state machine, {StartAt, States}")
        return
    states = body.get("States")
    if not isinstance(states, Mapping) or not states:
        yield _finding(owner, f"{path}.States", "holds no states; write an object with at least one state")
        return
    if not isinstance(body.get("StartAt"), str):
        yield _finding(owner, f"{path}.StartAt", "is missing; write the name of the first state")
    for name, state in states.items():
        here = step(f"{path}.States", name)
        if not isinstance(state, Mapping):
            yield _finding(name, here, "is no object; write a state, {Type, ...}")
            continue
        yield from _state(name, state, here)


def _state(name: str, state: Mapping[str, Any], path: str) -> Iterator[StateFinding]:
    for field in ("Branches", "Choices", "Retry", "Catch"):
        value = state.get(field, [])
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            yield _finding(name, f"{path}.{field}", "is no list of objects; write one")
    for index, branch in enumerate(state.get("Branches", []) if isinstance(state.get("Branches"), list) else []):
        yield from _machine(branch, f"{path}.Branches[{index}]", name)
    for field in ("Iterator", "ItemProcessor"):
        if field in state:
            yield from _machine(state[field], f"{path}.{field}", name)


def _finding(state: str, path: str, message: str) -> StateFinding:
    return StateFinding(state, path, "shape", message)

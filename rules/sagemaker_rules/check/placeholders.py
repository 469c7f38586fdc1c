"""Lists and objects of the language that are known only at deployment, as in ``"Retry": "${Retry}"``.

What stands there, and what it leads to, is unknown: nothing is said of it. So are states that only it could lead to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import StateFinding, step
from sagemaker_rules.check.states import TOKEN, is_token

# Rules on a whole machine, each of which a part that is not known may keep.
_OF_GRAPHS = frozenset({"unreachable", "terminal-state", "unknown-variable"})
_MACHINE: Mapping[str, Any] = {"StartAt": "", "States": {}}
# What stands in for a part, and for an entry of a list.
_PARTS: Mapping[str, Any] = {
    "Retry": [],
    "Catch": [],
    "Choices": [],
    "Branches": [],
    "ItemProcessor": _MACHINE,
    "Iterator": _MACHINE,
}
_ENTRIES: Mapping[str, Any] = {"Retry": {}, "Catch": {}, "Choices": {}, "Branches": _MACHINE}
_STATE: Mapping[str, Any] = {"Type": "Pass", "End": True}


class Known:
    """A definition with stand-ins for the parts of it that are not known.

    Args:
        definition: The definition.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._unknown: list[str] = []
        #: The definition that rules can read.
        self.definition = self._machine(definition, "$")

    def without(self, findings: Iterable[StateFinding]) -> Iterator[StateFinding]:
        """Those findings that do not depend on what is not known."""
        if not self._unknown:
            yield from findings
            return
        inside = tuple(f"{path}{mark}" for path in self._unknown for mark in (".", "["))
        for each in findings:
            if each.rule not in _OF_GRAPHS and each.path not in self._unknown and not each.path.startswith(inside):
                yield each

    def _machine(self, body: Any, path: str) -> Any:
        if not isinstance(body, Mapping):
            return body
        states = body.get("States")
        if _is_unknown(states):
            self._unknown += [f"{path}.States", f"{path}.StartAt"]
            return {**body, "States": {}}
        if not isinstance(states, Mapping):
            return body
        return {
            **body,
            "States": {name: self._state(state, step(f"{path}.States", name)) for name, state in states.items()},
        }

    def _state(self, state: Any, path: str) -> Any:
        if _is_unknown(state):
            self._unknown.append(path)
            return _STATE
        if not isinstance(state, Mapping):
            return state
        changed = {field: self._part(state[field], field, f"{path}.{field}") for field in _PARTS if field in state}
        return {**state, **changed}

    def _part(self, value: Any, field: str, path: str) -> Any:
        if _is_unknown(value):
            self._unknown.append(path)
            return _PARTS[field]
        if field in ("ItemProcessor", "Iterator"):
            return self._machine(value, path)
        if not isinstance(value, list):
            return value
        return [self._entry(each, field, f"{path}[{index}]") for index, each in enumerate(value)]

    def _entry(self, value: Any, field: str, path: str) -> Any:
        if _is_unknown(value):
            self._unknown.append(path)
            return _ENTRIES[field]
        return self._machine(value, path) if field == "Branches" else value


def _is_unknown(value: Any) -> bool:
    return is_token(value) and bool(re.fullmatch(TOKEN, value))

"""What states of a definition the local AWS cannot run, told before an execution starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker.field_rules import UNKNOWN
from local_aws.sagemaker.foresight import refusal

_SAGEMAKER = ":states:::sagemaker:"


@dataclass(frozen=True)
class Refusal:
    """A state whose request the local AWS refuses.

    Args:
        state: Name of the state.
        reason: Why.
        is_certain: Whether every execution that does not fail before gets there.
    """

    state: str
    reason: str
    is_certain: bool

    def __str__(self) -> str:
        return f"state {self.state!r}: {self.reason}"


def refusals(definition: Mapping[str, Any]) -> list[Refusal]:
    """The states whose requests are refused, as far as their values are written in the definition."""
    return [*_of_program(definition, is_certain=True)]


def _of_program(program: Mapping[str, Any], *, is_certain: bool) -> Iterator[Refusal]:
    states = program.get("States") or {}
    certain = _chain(program) if is_certain else frozenset()
    for name, state in states.items():
        reason = _reason(state)
        if reason is not None:
            yield Refusal(name, reason, name in certain)
        processor = state.get("ItemProcessor") or state.get("Iterator")
        for inner in [*(state.get("Branches") or []), *([processor] if processor else [])]:
            yield from _of_program(inner, is_certain=name in certain)


def _chain(program: Mapping[str, Any]) -> frozenset[str]:
    """The states up to the first Choice."""
    states, name = program.get("States") or {}, program.get("StartAt")
    found: set[str] = set()
    while name in states and name not in found:
        found.add(str(name))
        name = states[name].get("Next")
    return frozenset(found)


def _reason(state: Mapping[str, Any]) -> str | None:
    _, is_sagemaker, action = str(state.get("Resource", "")).partition(_SAGEMAKER)
    if state.get("Type") != "Task" or not is_sagemaker:
        return None
    operation = action.partition(".")[0]
    request = _known(state.get("Arguments", state.get("Parameters", {})))
    return refusal(operation[:1].upper() + operation[1:], request) if isinstance(request, dict) else None


def _known(value: Any) -> Any:
    """A request template with ``UNKNOWN`` for what is computed."""
    if isinstance(value, dict):
        return {key.removesuffix(".$"): UNKNOWN if key.endswith(".$") else _known(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each) for each in value]
    if isinstance(value, str) and value.strip().startswith("{%"):
        return UNKNOWN
    return value

"""Fields that a state may not have, and machines without an end, in the words of AWS.

The words are recorded on AWS: https://github.com/floci-io/floci/issues/2735, /issues/2968, and the snapshots of
ValidateStateMachineDefinition in https://github.com/localstack/localstack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_OF_LANGUAGE: Mapping[str, frozenset[str]] = {
    "JSONata": frozenset({"Arguments", "Items", "Output"}),
    "JSONPath": frozenset(
        {"InputPath", "ItemsPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"}
        | {"HeartbeatSecondsPath", "MaxConcurrencyPath", "SecondsPath", "TimeoutSecondsPath", "TimestampPath"}
        | {"CausePath", "ErrorPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"}
    ),
}
_WAITING = frozenset({"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"})
_WITHOUT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Map", "Parallel"), _WAITING),
    **dict.fromkeys(("Pass", "Wait", "Choice", "Succeed", "Fail"), _WAITING | {"Catch", "Retry"}),
}


def language_conflicts(definition: Mapping[str, Any], path: str = "", language: str | None = None) -> Iterator[str]:
    """One line for each field of the other query language; a state without one of its own has the machine's."""
    whole = language or str(definition.get("QueryLanguage", "JSONPath"))
    for name, state in definition.get("States", {}).items():
        here = f"{path}/States/{name}"
        own = str(state.get("QueryLanguage", whole))
        if whole == "JSONata" and own == "JSONPath":
            yield f"'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at {here}"
        for other, fields in _OF_LANGUAGE.items():
            for field in sorted(fields & state.keys()) if other != own else ():
                yield (
                    f"The QueryLanguage is set to '{own}', but field '{field}' is only supported for the '{other}' "
                    f"QueryLanguage at {here}"
                )
        for key, nested in _nested(state):
            yield from language_conflicts(nested, f"{here}/{key}", whole)


def unsupported_fields(definition: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """One line for each field that the type of its state does not have."""
    for name, state in definition.get("States", {}).items():
        here = f"{path}/States/{name}"
        for field in sorted(_WITHOUT.get(str(state.get("Type")), frozenset()) & state.keys()):
            yield f"Field '{field}' is not supported at {here}"
        for key, nested in _nested(state):
            yield from unsupported_fields(nested, f"{here}/{key}")


def endless(definition: Mapping[str, Any]) -> Iterator[str]:
    """A line for a machine in which no state is the last."""
    states = definition.get("States", {}).values()
    if not any(state.get("End") is True or state.get("Type") in ("Succeed", "Fail") for state in states):
        yield "Workflow has no terminal state at null"


def _nested(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), dict):
            yield key, state[key]
    for index, branch in enumerate(state.get("Branches", ())):
        yield f"Branches[{index}]", branch

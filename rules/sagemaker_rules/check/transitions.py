"""Whether every transition leads to a state, and every state can be reached."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding, step
from sagemaker_rules.check.schema import STATES
from sagemaker_rules.check.states import Machine, State

#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_MAX_STATE_NAME_LENGTH = 80
_NO_NEXT = ("Choice", "Succeed", "Fail")


def transition_findings(machine: Machine) -> Iterator[StateFinding]:
    """Missing targets, states that lead nowhere, and states that nothing leads to."""
    states = {state.name: state for state in machine.states()}
    start = machine.body["StartAt"]
    if start not in states:
        message = _no_state(start, states)
        yield StateFinding(machine.owner or WHOLE_MACHINE, f"{machine.path}.StartAt", "transition", message)
    for state in states.values():
        yield from _of(state, states)
    endless = list(_terminal(machine, states))
    # AWS, too, says this alone of a machine without an end: https://github.com/floci-io/floci/pull/2786
    yield from endless or _unreachable(start, states)


def repeated_state_findings(machine: Machine, seen: set[str]) -> Iterator[StateFinding]:
    """Names that a state of another branch, or of the machine around, has already; adds those of ``machine``."""
    here = set(machine.body["States"])
    for name in sorted(here & seen):
        message = f"has the name of another state, {name!r}; give it a name of its own"
        owner = machine.owner or WHOLE_MACHINE
        yield StateFinding(owner, step(f"{machine.path}.States", name), "state-name-unique", message)
    seen |= here


def nesting_findings(state: State, definition: Mapping[str, Any]) -> Iterator[StateFinding]:
    """A state of JSONPath in a machine of JSONata: https://github.com/floci-io/floci/issues/2968."""
    if definition.get("QueryLanguage") == "JSONata" and state.body.get("QueryLanguage") == "JSONPath":
        message = "is JSONPath in a state machine of JSONata; write JSONata, or JSONPath for the machine"
        yield state.finding("query-language-nesting", message, "QueryLanguage")


def _of(state: State, states: dict[str, State]) -> Iterator[StateFinding]:
    if not 1 <= len(state.name) <= _MAX_STATE_NAME_LENGTH:
        message = f"the name has {len(state.name)} characters; write 1 to {_MAX_STATE_NAME_LENGTH}"
        yield state.finding("state-name", message)
    for keys, target in ways_out(state.body):
        if not isinstance(target, str):
            yield state.finding("transition", f"is {target!r}; write the name of a state", *keys)
        elif target not in states:
            yield state.finding("transition", _no_state(target, states), *keys)
    kind = str(state.body.get("Type"))
    if kind in _NO_NEXT or kind not in STATES:  # what is misspelt may be a Succeed
        return
    if "Next" in state.body and "End" in state.body:
        yield state.finding("transition", "stands beside Next; write either Next or End", "End")
    elif "Next" not in state.body and state.body.get("End") is not True and not _is_misspelt(state):
        yield state.finding("transition", 'the state leads nowhere; write "Next": "<state>" or "End": true')


def _is_misspelt(state: State) -> bool:
    """Whether a rule on fields says already what is wrong: the wrong type, or a name that is almost right."""
    given = state.body.get("End")
    others = [key for key in state.body if key not in STATES.get(str(state.body.get("Type")), {})]
    return given not in (None, False) or any(difflib.get_close_matches(key, ("Next", "End"), n=1) for key in others)


def _terminal(machine: Machine, states: dict[str, State]) -> Iterator[StateFinding]:
    """A machine in which no state ends: MISSING_END_STATE, https://github.com/floci-io/floci/issues/2735."""
    bodies = [state.body for state in states.values()]
    if any(body.get("Type") in ("Succeed", "Fail") or body.get("End") is not None for body in bodies):
        return
    # A state without any way on is said by another rule already.
    if all("Next" in body or any(ways_out(body)) for body in bodies):
        message = 'no state ends the workflow; write "End": true in one, or add a Succeed state'
        yield StateFinding(machine.owner or WHOLE_MACHINE, f"{machine.path}.States", "terminal-state", message)


def _unreachable(start: str, states: dict[str, State]) -> Iterator[StateFinding]:
    """States that nothing leads to, which AWS refuses: https://github.com/aws-cloudformation/cfn-lint/issues/4074.

    There the state behind such a one is not named: AWS counts transitions, it does not follow them.
    """
    bodies = {state.name: state.body for state in states.values()}
    targets = {start, *(target for body in bodies.values() for _, target in ways_out(body) if isinstance(target, str))}
    reached = reached_from(start, bodies)
    for state in states.values():
        if state.name not in targets:
            message = "no transition leads to the state; give one of them this name, or take the state out"
            yield state.finding("unreachable", message)
        elif start in states and state.name not in reached and _is_circled(state.name, bodies):
            message = "only states that never run lead to the state; lead another one to it, or take them out"
            yield state.finding("unreachable", message, is_warning=True)


def _is_circled(name: str, bodies: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a state leads back to itself; others that never run follow one that nothing leads to."""
    followers = {target for _, target in ways_out(bodies[name]) if isinstance(target, str)}
    return any(name in reached_from(each, bodies) for each in followers)


def ways_out(state: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Keys and target of each transition of a state."""
    for field in ("Next", "Default"):
        if field in state:
            yield (field,), state[field]
    for field in ("Choices", "Catch"):
        for index, each in enumerate(state.get(field, [])):
            yield (field, index, "Next"), each.get("Next")


def reached_from(start: str, states: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Names of the states that can come after ``start``, and its own."""
    reached, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in states:
            continue
        reached.add(name)
        waiting += [target for _, target in ways_out(states[name]) if isinstance(target, str)]
    return reached


def _no_state(target: str, states: dict[str, State]) -> str:
    close = difflib.get_close_matches(target, list(states), n=1)
    return f"there is no state {target!r} here; write {close[0]!r}" if close else _choose(target, states)


def _choose(target: str, states: dict[str, State]) -> str:
    return f"there is no state {target!r} here; write one of {', '.join(map(repr, states))}"

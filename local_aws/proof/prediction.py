"""What a run would have missed: the decisions of the run with all permissions, made again without one of them.

A prediction only orders the trials and says where to begin them; what is reported comes from the trials.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_aws.iam.authorize import Evaluation
from local_aws.proof.atoms import Atom, without
from local_aws.proof.roles import RolePolicies
from local_aws.proof.trial import Trial
from sagemaker_rules.check.transitions import reached_from

# With these a state reads more than its input, so it cannot be the first one.
_MEMORY = ('"Assign"', "Execution.Input")


@dataclass(frozen=True)
class Use:
    """The first time that a run needed an atom.

    Args:
        machine: ARN of the state machine.
        state: State at the top level of its definition that was running; None when the run is to begin at its start.
        input_json: Input of that state, or of the execution.
        seconds: Time from the state's beginning to the need.
    """

    machine: str
    state: str | None
    input_json: str
    seconds: float


class Baseline:
    """A run with all permissions, and the decisions made while it ran.

    Args:
        machine: ARN of the state machine.
        definition: Its definition.
        input_json: Input of the execution.
        trial: The run.
        evaluations: The decisions.
    """

    def __init__(
        self, *, machine: str, definition: str, input_json: str, trial: Trial, evaluations: Iterable[Evaluation]
    ) -> None:
        self.machine = machine
        self.definition = definition
        self.input_json = input_json
        self.seconds = trial.seconds
        self._started = trial.started
        self._evaluations = tuple(each for each in evaluations if each.allowed)
        self._entries = () if any(each in definition for each in _MEMORY) else tuple(_entries(definition, trial))

    @property
    def role_names(self) -> frozenset[str]:
        """Names of the roles that asked for anything."""
        return frozenset(each.caller.role_name for each in self._evaluations)

    def first_use(self, atom: Atom, role: RolePolicies) -> Use | None:
        """The first decision that would have been another one without the atom; None if there is none."""
        lacking = without(role.documents, [atom])
        changed, unchanged = lacking[atom.policy], role.documents[atom.policy]
        for each in self._evaluations:
            if each.caller.role_name != atom.role_name:
                continue
            identity = [changed if policy == unchanged else policy for policy in each.identity]
            if not each.allowed_with(identity):
                return self._use(each.time)
        return None

    def from_start(self) -> Use:
        """A use that says nothing of the time."""
        return Use(self.machine, None, self.input_json, self.seconds)

    def _use(self, time: datetime) -> Use:
        before = [each for each in self._entries if each[0] <= time]
        if not before:
            return Use(self.machine, None, self.input_json, (time - self._started).total_seconds())
        entered, state, input_json = before[-1]
        return Use(self.machine, state, input_json, (time - entered).total_seconds())


def starting_at(definition: str, state: str) -> str:
    """The definition with another first state, and those that can come after it: Step Functions refuses any other."""
    document = json.loads(definition)
    states: dict[str, Any] = document["States"]
    reached = reached_from(state, states)
    return json.dumps(
        {**document, "StartAt": state, "States": {name: states[name] for name in states if name in reached}}
    )


def _entries(definition: str, trial: Trial) -> Iterable[tuple[datetime, str, str]]:
    """Time, name and input of each entry into a state at the top level."""
    top_level: dict[str, Any] = json.loads(definition)["States"]
    for event in trial.events:
        details = event.get("stateEnteredEventDetails")
        if details and details["name"] in top_level:
            yield event["timestamp"], details["name"], details["input"]

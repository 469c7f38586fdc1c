"""What a legal definition needs of this machine and of its role: integrations, readers, managed rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.actions import ACTIONS
from sagemaker_rules.check.states import State, machines

# Integrations that moto's interpreter has, beside our own.
RUNNABLE_INTEGRATIONS = frozenset(
    {"aws-sdk", "lambda", "sqs", "states", "dynamodb", "sns", "events", "ecs", "glue", "batch", "sagemaker"}
)


def managed_rules(definition: Mapping[str, Any]) -> set[str]:
    """Names of the EventBridge rules that Step Functions makes for the ``.sync`` tasks on SageMaker."""
    found = (_integration(state) for state in _states(definition, "Task"))
    waiting = {each[1] for each in found if each and each[0] == "sagemaker" and each[2] == "sync"}
    return {action.sync_rule for action in ACTIONS if action.name in waiting and action.sync_rule}


def unsupported_locally(definition: Mapping[str, Any]) -> Iterator[str]:
    """What AWS has and the local AWS does not run: integrations, and manifests of a Distributed Map.

    Args:
        definition: One in which no rule is broken.
    """
    for state in _states(definition, "Task"):
        task = _integration(state)
        if ":activity:" in state.body["Resource"]:
            yield f"the local AWS has no activities ({state.body['Resource']}, state {state.name})"
        if task and task[0] not in RUNNABLE_INTEGRATIONS:
            yield f"the local AWS has no integration {state.body['Resource']} (state {state.name})"
    for state in _states(definition, "Map"):
        config = state.body.get("ItemReader", {}).get("ReaderConfig", {})
        if config.get("ManifestType") == "ATHENA_DATA":
            yield f"the local AWS reads no manifests of Athena (ManifestType of state {state.name})"


def _states(definition: Mapping[str, Any], kind: str) -> Iterator[State]:
    for machine in machines(definition):
        yield from (state for state in machine.states() if state.body["Type"] == kind)


def _integration(state: State) -> tuple[str, str, str | None] | None:
    """Service, action and condition (``sync`` ...) of an optimized or SDK integration; None for a plain ARN."""
    parts = str(state.body["Resource"]).split(":")
    if parts[2:5] != ["states", "", ""]:
        return None
    action, _, condition = ":".join(parts[6:]).partition(".")
    return parts[5], action, condition or None

"""What can be said of a state machine's definition before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_aws.stepfunctions.sagemaker_actions import JOB_ACTIONS, supports

# Integrations that moto's interpreter has, beside our own.
RUNNABLE_INTEGRATIONS = frozenset(
    {"aws-sdk", "lambda", "sqs", "states", "dynamodb", "sns", "events", "ecs", "glue", "batch", "sagemaker"}
)


def missing_transitions(definition: dict[str, Any], path: str = "") -> Iterator[str]:
    """One line for each transition to a state that is not there, and for each state that leads nowhere."""
    states = definition.get("States", {})
    if definition.get("StartAt") not in states:
        yield f"Missing 'StartAt' target: {definition.get('StartAt')} at {path}/StartAt"
    for name, state in states.items():
        here = f"{path}/States/{name}"
        if state.get("Type") not in ("Choice", "Succeed", "Fail") and not ("Next" in state or state.get("End")):
            yield f"the state has neither Next nor End at {here}"
        for field, target in transitions(state):
            if target not in states:
                yield f"Missing '{field}' target: {target} at {here}"
        for nested in _nested(state):
            yield from missing_transitions(nested, here)


def transitions(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and target of each way out of a state."""
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield "Next", branch.get("Next")


def _nested(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in (*state.get("Branches", ()), state.get("Iterator"), state.get("ItemProcessor")) if each]


def task_states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and body of each task state, those in branches and maps included."""
    for name, state in definition.get("States", {}).items():
        if state.get("Type") == "Task":
            yield name, state
        for nested in _nested(state):
            yield from task_states(nested)


def integration(state: dict[str, Any]) -> tuple[str, str, str | None] | None:
    """Service, action and condition (``sync`` ...) of an optimized or SDK integration; None for a plain ARN."""
    parts = str(state.get("Resource", "")).split(":")
    if parts[2:5] != ["states", "", ""]:
        return None
    action, _, condition = ":".join(parts[6:]).partition(".")
    return parts[5], action, condition or None


def managed_rules(definition: dict[str, Any]) -> set[str]:
    """Names of the EventBridge rules that Step Functions makes for the ``.sync`` tasks on SageMaker."""
    found = (integration(state) for _, state in task_states(definition))
    return {
        JOB_ACTIONS[each[1]].managed_rule for each in found if each and each[0] == "sagemaker" and each[2] == "sync"
    }


def illegal_tasks(definition: dict[str, Any], service_model: Any) -> Iterator[str]:
    """One line for each SageMaker task that Step Functions would refuse.

    Args:
        definition: The parsed definition.
        service_model: botocore's model of SageMaker.
    """
    for name, state in task_states(definition):
        task = integration(state)
        if task is None or task[0] != "sagemaker":
            continue
        _, action, condition = task
        if not supports(action, condition):
            yield f"The resource provided {state['Resource']} is not recognized at /States/{name}/Resource"
            continue
        shape = service_model.operation_model(action[0].upper() + action[1:]).input_shape
        for field in _unknown_fields(state.get("Parameters", state.get("Arguments", {})), shape):
            yield f'The field "{field}" is not supported by Step Functions at /States/{name}'


def illegal_in_express(definition: dict[str, Any], *, is_express: bool, path: str = "") -> Iterator[str]:
    """One line for each task that waits, in an Express machine or in Express children of a Map."""
    for name, state in definition.get("States", {}).items():
        here = f"{path}/States/{name}"
        resource = str(state.get("Resource", ""))
        if is_express and ":activity:" in resource:
            yield f"Express state machine does not support Activity ARN at {here}/Resource"
        task = integration(state) if is_express else None
        if task is not None and task[2] is not None:
            pattern = f".{task[2].partition(':')[0]}"
            yield f"Express state machine does not support '{pattern}' service integration at {here}/Resource"
        for nested in _nested(state):
            kind = nested.get("ProcessorConfig", {}).get("ExecutionType")
            express = is_express if kind is None else kind == "EXPRESS"
            yield from illegal_in_express(nested, is_express=express, path=here)


def unsupported_locally(definition: dict[str, Any]) -> Iterator[str]:
    """What AWS has and the local AWS does not run: integrations, and sources of a Distributed Map."""
    for name, state in task_states(definition):
        task = integration(state)
        if ":activity:" in str(state.get("Resource", "")):
            yield f"the local AWS has no activities ({state['Resource']}, state {name})"
        if task and task[0] not in RUNNABLE_INTEGRATIONS:
            yield f"the local AWS has no integration {state['Resource']} (state {name})"
    for name, state in _map_states(definition):
        reader = state.get("ItemReader", {})
        config = reader.get("ReaderConfig", {})
        source = str(reader.get("Resource", "")).rpartition(":states:::")[2]
        if source and source not in _SOURCES:
            yield f"the local AWS has no ItemReader on {source} (state {name})"
        if config.get("ManifestType") == "ATHENA_DATA":
            yield f"the local AWS reads no manifests of Athena (ManifestType of state {name})"
        target = str(state.get("ResultWriter", {}).get("Resource", "s3:putObject")).rpartition(":states:::")[2]
        if target and target != "s3:putObject":
            yield f"the local AWS has no ResultWriter to {target} (state {name})"


_SOURCES = frozenset({"s3:getObject", "s3:listObjectsV2"})


def _map_states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in definition.get("States", {}).items():
        if state.get("Type") == "Map":
            yield name, state
        for nested in _nested(state):
            yield from _map_states(nested)


def _unknown_fields(value: Any, shape: Shape) -> Iterator[str]:
    if isinstance(shape, ListShape) and isinstance(value, list):
        for each in value:
            yield from _unknown_fields(each, shape.member)
    if not isinstance(value, dict):
        return
    if isinstance(shape, MapShape):
        for each in value.values():
            yield from _unknown_fields(each, shape.value)
    if isinstance(shape, StructureShape):
        for key, each in value.items():
            field = key.removesuffix(".$")
            if field not in shape.members:
                yield field
            elif field == key:
                yield from _unknown_fields(each, shape.members[field])

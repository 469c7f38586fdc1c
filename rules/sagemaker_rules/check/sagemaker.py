"""Rules on task states that call SageMaker: action, integration pattern, request, name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.actions import ACTIONS, SageMakerAction
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.sdk_requests import as_sent
from sagemaker_rules.check.states import State, filled_in, is_jsonata, is_token
from sagemaker_rules.service_model import check_request, input_shape, operations

_ACTIONS = {action.name: action for action in ACTIONS}
_OPTIMIZED = re.compile(r"arn:[^:]*:states:(?P<place>[^:]*:[^:]*):sagemaker:(?P<action>[^.]*)(?:\.(?P<condition>.*))?")
_SDK = re.compile(
    r"arn:[^:]*:states:(?P<place>[^:]*:[^:]*):aws-sdk:sagemaker:(?P<action>[^.]*)(?:\.(?P<condition>.*))?"
)


@dataclass(frozen=True)
class Task:
    """A task state that calls SageMaker.

    Args:
        state: The state.
        operation: API operation.
        action: The action, if it is one of the optimized integration.
        condition: ``sync``, ``waitForTaskToken`` ... or empty: request-response.
    """

    state: State
    operation: str
    action: SageMakerAction | None
    condition: str

    @property
    def field(self) -> str:
        """Field of the state that holds the request."""
        return "Arguments" if self.state.is_jsonata else "Parameters"

    @property
    def request(self) -> Any:
        """The request as it stands in the state."""
        return self.state.body.get(self.field, {})

    def name(self) -> tuple[str, Any] | None:
        """Key (with ``.$`` if it is a path) and value of the name of the job or model; None where it has none."""
        if self.action is None or not isinstance(self.request, Mapping):
            return None
        for key in (self.action.name_field, f"{self.action.name_field}.$"):
            if key in self.request:
                return key, self.request[key]
        return None

    def is_dynamic_name(self) -> bool:
        """Whether the name is known only at run time."""
        name = self.name()
        return name is not None and (name[0].endswith(".$") or (self.state.is_jsonata and is_jsonata(name[1])))


def sagemaker_task(state: State) -> Task | None:
    """``state`` as a task that calls a known action of SageMaker; None for everything else."""
    parts = _resource(state)
    if parts is None:
        return None
    is_optimized, match = parts
    action = _ACTIONS.get(match["action"]) if is_optimized else None
    operation = match["action"][:1].upper() + match["action"][1:]
    if (action is None and is_optimized) or operation not in operations():
        return None
    return Task(state, operation, action, match["condition"] or "")


def resource_findings(state: State) -> Iterator[StateFinding]:
    """Actions and integration patterns that SageMaker's integrations do not have."""
    parts = _resource(state)
    if parts is None:
        return
    is_optimized, match = parts
    if match["place"] != ":":
        message = f"names a region or an account; write {match.string.replace(match['place'], ':', 1)!r}"
        yield state.finding("resource", message, "Resource")
    task = sagemaker_task(state)
    if task is None:
        known = list(_ACTIONS) if is_optimized else [each[0].lower() + each[1:] for each in operations()]
        yield state.finding("action", _unknown_action(match["action"], known), "Resource")
        return
    base = match.string.removesuffix(f".{match['condition']}")
    condition = task.condition
    if match["condition"] is None or (condition == "waitForTaskToken" and not is_optimized):
        if state.is_express and condition:
            yield state.finding("integration-pattern", f"an Express workflow cannot wait; write {base!r}", "Resource")
        return
    if condition != "sync" or task.action is None or not task.action.supports_sync:
        can_wait = task.action is not None and task.action.supports_sync
        instead = f"{base!r} or {base + '.sync'!r}" if can_wait else repr(base)
        yield state.finding(
            "integration-pattern", f"{match['action']} has no .{condition}; write {instead}", "Resource"
        )
    elif state.is_express:
        yield state.finding(
            "integration-pattern", f"an Express workflow cannot wait for a job; write {base!r}", "Resource"
        )


def request_findings(task: Task) -> Iterator[StateFinding]:
    """What SageMaker would refuse of the request."""
    request = task.request
    is_dynamic = _is_dynamic_jsonata if task.state.is_jsonata else is_token
    if is_dynamic(request):
        return
    if not isinstance(request, Mapping):
        yield task.state.finding(
            "type", f"is {request!r}; write an object, the request of {task.operation}", task.field
        )
        return
    if task.action is None:
        request = as_sent(request, input_shape(task.operation))
    for finding in check_request(task.operation, request, is_dynamic=is_dynamic):
        path = f"{task.state.path}.{task.field}.{finding.path}"
        yield StateFinding(task.state.name, path, finding.rule, finding.message, finding.is_warning)


def _is_dynamic_jsonata(value: Any) -> bool:
    return is_token(value) or is_jsonata(value)


def _resource(state: State) -> tuple[bool, re.Match[str]] | None:
    resource = state.body.get("Resource")
    if state.body.get("Type") != "Task" or not isinstance(resource, str) or ":sagemaker:" not in resource:
        return None
    # "${AWS::Partition}" holds the character that separates the parts of an ARN.
    resource = filled_in(resource, "aws")
    if match := _OPTIMIZED.fullmatch(resource):
        return True, match
    if match := _SDK.fullmatch(resource):
        return False, match
    return None


def _unknown_action(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    some = repr(close[0]) if close else f"one of {', '.join(sorted(_ACTIONS))}"
    return f"{name!r} is no action of SageMaker; write {some}"

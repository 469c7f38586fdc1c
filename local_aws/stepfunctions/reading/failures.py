"""Failures of states, with the name and the cause that AWS gives them."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    HistoryEventType,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

RUNTIME = "States.Runtime"
QUERY = "States.QueryEvaluationError"
# What a wildcard does not match.
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_NOT_ALL = frozenset({RUNTIME})
_NOT_TASK_FAILED = frozenset({RUNTIME, "States.Timeout", "States.HeartbeatTimeout"})


def failure(env: Any, name: str, cause: str) -> Exception:
    """What a component raises so that its state fails.

    Args:
        env: Where the state runs.
        name: The error's name, as in ``States.Runtime``.
        cause: The sentence for the reader.
    """
    if name == QUERY:
        details = EventDetails(
            evaluationFailedEventDetails=EvaluationFailedEventDetails(
                error=name, cause=cause, state=env.next_state_name
            )
        )
        kind = HistoryEventType.EvaluationFailed
    else:
        details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=name, cause=cause))
        kind = HistoryEventType.TaskFailed
    event = FailureEvent(env=env, error_name=NamedError(name), event_type=kind, event_details=details)
    if name == QUERY:
        env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)
    raised: Exception = FailureEventException(failure_event=event)
    return raised


# moto's interpreter is not typed.
class NamedError(ErrorName):  # type: ignore[misc]
    """An error with any name; moto's own refuses to pass on a name that begins with ``States.``."""

    def __init__(self, error_name: str | None) -> None:
        super().__init__(error_name=error_name)


class ErrorEquals(ErrorEqualsDecl):  # type: ignore[misc]
    """``ErrorEquals`` of a retrier or catcher.

    Args:
        names: As they are written.
    """

    def __init__(self, names: list[str]) -> None:
        super().__init__(error_names=[NamedError(name) for name in names])
        self._names = names

    def _eval_body(self, env: Any) -> None:
        error: str | None = env.stack.pop().error_name if env.stack[-1] is not None else env.stack.pop()
        env.stack.append(matches(self._names, error))


def matches(names: list[str], error: str | None) -> bool:
    """Whether ``ErrorEquals`` with these names means the error."""
    if error in names:
        return True
    if error == "States.HeartbeatTimeout" and "States.Timeout" in names:
        return True
    if "States.ALL" in names:
        return error not in _NOT_ALL
    return "States.TaskFailed" in names and error not in _NOT_TASK_FAILED

"""Failures that a ``Retry`` or ``Catch`` has taken up.

The history of an execution, which is AWS's, does not name them: a state that caught a failure has exited like any
other, and a Map or Parallel that is tried again has no event of its failure. They are kept beside the history, with
the event after which they happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.component.common.catch.catcher_decl import CatcherDecl
from moto.stepfunctions.parser.asl.component.common.catch.catcher_outcome import CatcherOutcomeCaught
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome


@dataclass(frozen=True)
class HandledFailure:
    """A failure that did not leave its state.

    Args:
        event: Id of the last event of the state before it.
        state: Name of the state.
        error: Name of the error.
        cause: Its cause.
        caught: True for ``Catch``, False for an attempt that ``Retry`` repeats.
    """

    event: int
    state: str
    error: str
    cause: str
    caught: bool


# moto's interpreter is not typed.
class Retrier(RetrierDecl):  # type: ignore[misc]
    """A retrier that keeps what it handles."""

    def _eval_body(self, env: Any) -> None:
        failure = _failure(env, caught=False)
        super()._eval_body(env)
        if env.stack[-1] is RetrierOutcome.Executed:
            _failures(env).append(failure)


class Catcher(CatcherDecl):  # type: ignore[misc]
    """A catcher that keeps what it handles."""

    def _eval_body(self, env: Any) -> None:
        failure = _failure(env, caught=True)
        super()._eval_body(env)
        if isinstance(env.stack[-1], CatcherOutcomeCaught):
            _failures(env).append(failure)


def handled_failures(execution: Any) -> tuple[HandledFailure, ...]:
    """What the states of an execution, one of moto's objects, have handled so far, in order."""
    env = execution.exec_worker and execution.exec_worker.env
    return () if env is None else tuple(_failures(env))


def _failures(env: Any) -> list[HandledFailure]:
    """Those of an execution: all its environments share the manager of its events."""
    found: list[HandledFailure] = vars(env.event_manager).setdefault("handled_failures", [])
    return found


def _failure(env: Any, *, caught: bool) -> HandledFailure:
    output = env.states.get_error_output() or {}
    return HandledFailure(
        event=env.event_history_context.source_event_id,
        state=env.states.context_object.context_object_data["State"]["Name"],
        error=str(output.get("Error", "")),
        cause=str(output.get("Cause", "")),
        caught=caught,
    )

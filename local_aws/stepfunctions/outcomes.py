"""How executions went, beyond what the API of Step Functions tells: for this process, not for its clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local_aws.stepfunctions.handled import HandledFailure, handled_failures
from local_aws.stepfunctions.patches.executions import children, map_runs


@dataclass(frozen=True)
class Outcome:
    """An execution.

    Args:
        arn: Its ARN.
        status: Its status.
        error: Name of the error that it ended with.
        cause: Cause of the error.
        handled: The failures that its states have caught, or tried again after.
        events: Its history, oldest first.
        stopped: When it ended; None while it runs.
    """

    arn: str
    status: str
    error: str | None
    cause: str | None
    handled: tuple[HandledFailure, ...]
    events: tuple[dict[str, Any], ...]
    stopped: Any = None


def handled(arn: str) -> tuple[HandledFailure, ...]:
    """The failures that the states of an execution have caught, or tried again after."""
    return next((handled_failures(each) for each in _executions() if each.execution_arn == arn), ())


def of_map_run(arn: str) -> list[Outcome]:
    """The child executions of a map run, in the order of their items."""
    for machine in _machines():
        for run in map_runs(machine):
            if run.map_run_arn == arn:
                return [_outcome(child) for child in run.executions if child.exec_status is not None]
    return []


def started() -> list[Outcome]:
    """Every execution that was started, Express executions included, children of map runs not."""
    return [_outcome(each) for machine in _machines() for each in list(machine.executions)]


def _machines() -> Iterator[Any]:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    for account in list(stepfunctions_parser_backends.values()):
        for backend in list(account.values()):
            yield from list(backend.state_machines)


def _executions() -> Iterator[Any]:
    for machine in _machines():
        yield from list(machine.executions)
        yield from children(machine)


def _outcome(execution: Any) -> Outcome:
    env = execution.exec_worker and execution.exec_worker.env
    events = sorted(env.event_manager.get_event_history() if env else (), key=lambda event: int(event["id"]))
    return Outcome(
        arn=execution.execution_arn,
        status=str(getattr(execution.exec_status, "value", execution.exec_status)),
        error=execution.error,
        cause=execution.cause,
        handled=handled_failures(execution),
        events=tuple(events),
        stopped=execution.stop_date,
    )

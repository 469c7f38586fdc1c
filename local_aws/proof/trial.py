"""One execution on trial: it ends by itself, or is stopped as soon as its verdict is clear."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.app import execution
from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.iam.authorize import Denial

POLL_SECONDS = 0.1
QUIET_SECONDS = 30.0
# What the history calls a failed attempt of a task, whether or not it is retried or caught afterwards.
_FAILED_ATTEMPTS = frozenset(
    {
        *("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"),
        *("LambdaFunctionFailed", "LambdaFunctionTimedOut", "LambdaFunctionStartFailed"),
        *("ActivityFailed", "ActivityTimedOut", "EvaluationFailed"),
    }
)


@dataclass(frozen=True)
class Trial:
    """What an execution has shown.

    Args:
        succeeded: Whether it ran to its end.
        refusals: Calls refused while it ran.
        cause: Error and cause of the first failed attempt, or of the execution; empty when it succeeded.
        events: Its history.
        started: When it was started (UTC).
        seconds: How long it took.
    """

    succeeded: bool
    refusals: tuple[Denial, ...]
    cause: str
    events: tuple[dict[str, Any], ...]
    started: datetime
    seconds: float


def run(
    aws: LocalAws,
    machine_arn: str,
    input_json: str,
    *,
    stop_at: Callable[[Denial], bool] = lambda denial: False,
    limit: float = math.inf,
) -> Trial:
    """Executes a state machine under a fresh name.

    An attempt of a task that fails after a refusal for which ``stop_at`` holds decides the verdict: further attempts
    would meet the same policies. The execution is stopped then, without waiting for the intervals of its retries.
    Nothing that the execution has started runs on when this returns.

    Args:
        aws: Where it is.
        machine_arn: The state machine.
        input_json: Input of the execution.
        stop_at: Which refusals decide.
        limit: Seconds after which the execution is stopped and has failed: a workflow may wait in vain for what was
            refused.
    """
    since, started, known = time.monotonic(), datetime.now(UTC), len(aws.authorizer.denials())
    arn = execution.start(aws, state_machine_arn=machine_arn, name=f"proof-{uuid.uuid4()}", input_json=input_json)
    client = aws.sessions.owner("stepfunctions", machine_arn)
    events: list[dict[str, Any]] = []
    try:
        while True:
            status = client.describe_execution(executionArn=arn)
            events += execution.history(client, arn, after=len(events))
            attempt = next(_failures(events), None)
            decided = attempt is not None and any(stop_at(each) for each in aws.authorizer.denials()[known:])
            if status["status"] != "RUNNING" or decided:
                break
            if time.monotonic() - since > limit:
                decided, attempt = True, attempt or f"the execution has not ended after {limit:.0f} s"
                break
            time.sleep(POLL_SECONDS)
    finally:
        _end(aws, client, arn)
    succeeded = status["status"] == "SUCCEEDED" and not decided
    cause = "" if succeeded else attempt or f"{status.get('error')}: {status.get('cause')}"
    seconds = time.monotonic() - since
    return Trial(succeeded, tuple(aws.authorizer.denials()[known:]), cause, tuple(events), started, seconds)


def _failures(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        if event["type"] in _FAILED_ATTEMPTS:
            details: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
            yield f"{details.get('error')}: {execution.reason(str(details.get('cause')))}"


def _end(aws: LocalAws, client: Any, arn: str) -> None:
    """Stops the execution and everything that it started, so that nobody else's refusals are taken for its own."""
    if client.describe_execution(executionArn=arn)["status"] == "RUNNING":
        client.stop_execution(executionArn=arn, cause="the verdict is clear")
    deadline = time.monotonic() + QUIET_SECONDS
    aws.sagemaker.stop_running()
    while aws.functions.are_running():
        if time.monotonic() > deadline:
            raise LocalAwsError(f"a Lambda function still runs {QUIET_SECONDS:.0f} s after the end of {arn}")
        time.sleep(POLL_SECONDS)

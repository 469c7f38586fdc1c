"""An execution of a state machine, followed to its end through the public API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from local_aws.app.history import History, moment
from local_aws.app.states import CAUGHT, FAILURES, Failure, Iteration, StateRun
from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.stepfunctions import outcomes

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class ExecutionResult:
    """How an execution ended."""

    arn: str
    status: str
    states: tuple[StateRun, ...]
    output: str | None = None
    error: str | None = None
    cause: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it ended with SUCCEEDED."""
        return self.status == "SUCCEEDED"

    @property
    def caught(self) -> tuple[StateRun, ...]:
        """The states that caught a failure, which the status of the execution does not tell."""
        return tuple(each for each in self.states if each.status == CAUGHT)

    def failures(self) -> list[str]:
        """The cause of each failure in it, caught or not."""
        states = [each for state in self.states for each in (state.failure, *state.retried) if each]
        return [*(each.cause for each in states), self.cause or ""]

    def document(self) -> dict[str, Any]:
        """The execution as JSON can hold it."""
        document: dict[str, Any] = {
            "status": self.status,
            "executionArn": self.arn,
            "states": [each.document() for each in self.states],
            "caught": [each.document() for each in self.caught],
        }
        if self.output is not None:
            document["output"] = json.loads(self.output)
        return document if self.succeeded else {**document, "error": self.error, "cause": self.cause}


@dataclass
class Listener:
    """What to call while an execution runs; each gets one thing that has just happened."""

    state_entered: Callable[[str], None] = field(default=lambda name: None)
    state_ended: Callable[[StateRun], None] = field(default=lambda state: None)
    task_failed: Callable[[str, str], None] = field(default=lambda error, cause: None)


def start(aws: LocalAws, *, state_machine_arn: str, name: str, input_json: str) -> str:
    """Starts an execution and returns its ARN; LocalAwsError gives the API's message if it is refused."""
    try:
        answer = aws.sessions.owner("stepfunctions", state_machine_arn).start_execution(
            stateMachineArn=state_machine_arn, name=name, input=input_json
        )
    except ClientError as error:
        raise LocalAwsError(f"StartExecution: {error.response['Error']['Message']}") from None
    return str(answer["executionArn"])


def follow(aws: LocalAws, arn: str, listener: Listener) -> ExecutionResult:
    """Waits until the execution has ended; tells ``listener`` of each new event on the way."""
    client = aws.sessions.owner("stepfunctions", arn)
    read = History()
    while True:
        description = client.describe_execution(executionArn=arn)
        new = history(client, arn, after=read.length)
        for event in new:
            read.add(event)
        read.take(outcomes.handled(arn))
        for event in new:
            _tell(listener, read, event)
        if description["status"] != "RUNNING":
            return _result(arn, description, read, listener)
        time.sleep(POLL_SECONDS)


def _result(arn: str, description: Mapping[str, Any], read: History, listener: Listener) -> ExecutionResult:
    error, cause = description.get("error"), description.get("cause")
    failure = None if error is None else Failure(error, cause or "")
    states = tuple(_all_states(read, description["stopDate"], description["status"], failure))
    # States end by failing without an event of their own.
    for state in states:
        if state.status in FAILURES:
            listener.state_ended(state)
    return ExecutionResult(
        arn=arn,
        status=description["status"],
        states=states,
        output=description.get("output"),
        error=error,
        cause=cause,
    )


def _all_states(read: History, end: datetime, status: str, failure: Failure | None) -> Iterator[StateRun]:
    """The states of an execution, those of its child executions after the Map that started them."""
    for state, map_runs in read.states(end=end, status=status, failure=failure):
        yield state
        for children in map(outcomes.of_map_run, map_runs):
            for index, child in enumerate(children):
                inner = History((*state.iterations, Iteration(state.name, index)))
                for event in child.events:
                    inner.add(event)
                inner.take(child.handled)
                failed_with = None if child.error is None else Failure(child.error, child.cause or "")
                yield from _all_states(inner, moment(child.stopped or end), child.status, failed_with)


def stop(aws: LocalAws, arn: str, *, cause: str) -> None:
    """Stops the execution, and with it the jobs it waits for."""
    aws.sessions.owner("stepfunctions", arn).stop_execution(executionArn=arn, cause=cause)


def reason(cause: str) -> str:
    """The sentence in a cause: a function's error message, a job's failure reason, or the cause itself."""
    try:
        document = json.loads(cause)
    except ValueError:
        return cause
    if not isinstance(document, dict):
        return cause
    return str(document.get("errorMessage") or document.get("FailureReason") or cause)


def _tell(listener: Listener, read: History, event: Mapping[str, Any]) -> None:
    if "stateEnteredEventDetails" in event:
        listener.state_entered(event["stateEnteredEventDetails"]["name"])
    ended = read.ended_by(int(event["id"]))
    if ended:
        listener.state_ended(ended)
    for key, details in event.items():
        is_failure = key.endswith(("FailedEventDetails", "TimedOutEventDetails"))
        # The failure of an iteration has no error: what goes before it has told the reason.
        if is_failure and key != "executionFailedEventDetails" and details.get("error"):
            listener.task_failed(details["error"], details.get("cause", ""))


def history(client: Any, arn: str, *, after: int = 0) -> list[dict[str, Any]]:
    """The events of an execution so far, oldest first, without the first ``after``.

    To read all of a long history anew each time would cost more than the execution itself.
    """
    events: list[dict[str, Any]] = []
    # A token of the local AWS is the number of events before the page.
    token: str | None = str(after)
    while token is not None:
        page = client.get_execution_history(executionArn=arn, maxResults=1000, nextToken=token)
        events += page["events"]
        token = page.get("nextToken")
    return events

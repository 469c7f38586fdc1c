"""An execution of a state machine, followed to its end through the public API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws

POLL_SECONDS = 0.2
FAILURES = ("FAILED", "TIMED_OUT", "ABORTED")


@dataclass(frozen=True)
class StateRun:
    """One entry into a state.

    Args:
        name: State name.
        status: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        seconds: How long it took, or has taken so far.
    """

    name: str
    status: str
    seconds: float


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

    def document(self) -> dict[str, Any]:
        """The execution as JSON can hold it."""
        document: dict[str, Any] = {
            "status": self.status,
            "executionArn": self.arn,
            "states": [{"name": each.name, "status": each.status, "seconds": each.seconds} for each in self.states],
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
    events: list[dict[str, Any]] = []
    while True:
        description = client.describe_execution(executionArn=arn)
        told = len(events)
        events += history(client, arn, after=told)
        _tell(listener, events, told)
        if description["status"] != "RUNNING":
            # States end by failing without an event of their own.
            states = state_runs(events, end=description["stopDate"], status=description["status"])
            for state in states:
                if state.status in FAILURES:
                    listener.state_ended(state)
            return ExecutionResult(
                arn=arn,
                status=description["status"],
                states=tuple(states),
                output=description.get("output"),
                error=description.get("error"),
                cause=description.get("cause"),
            )
        time.sleep(POLL_SECONDS)


def stop(aws: LocalAws, arn: str, *, cause: str) -> None:
    """Stops the execution, and with it the jobs it waits for."""
    aws.sessions.owner("stepfunctions", arn).stop_execution(executionArn=arn, cause=cause)


def state_runs(events: list[dict[str, Any]], *, end: datetime, status: str = "RUNNING") -> list[StateRun]:
    """The states that a history tells of, in the order of entry.

    Args:
        events: History events.
        end: Time at which states without an exit are taken to have ended.
        status: Status of those.
    """
    runs: list[StateRun] = []
    entered: list[tuple[int, datetime]] = []
    for event in events:
        if "stateEnteredEventDetails" in event:
            entered.append((len(runs), event["timestamp"]))
            runs.append(StateRun(event["stateEnteredEventDetails"]["name"], status, 0.0))
        if "stateExitedEventDetails" in event:
            name = event["stateExitedEventDetails"]["name"]
            position = next(each for each in entered if runs[each[0]].name == name)
            entered.remove(position)
            runs[position[0]] = StateRun(name, "SUCCEEDED", _seconds(position[1], event["timestamp"]))
    for index, since in entered:
        runs[index] = replace(runs[index], seconds=_seconds(since, end))
    return runs


def reason(cause: str) -> str:
    """The sentence in a cause: a function's error message, a job's failure reason, or the cause itself."""
    try:
        document = json.loads(cause)
    except ValueError:
        return cause
    if not isinstance(document, dict):
        return cause
    return str(document.get("errorMessage") or document.get("FailureReason") or cause)


def _tell(listener: Listener, events: list[dict[str, Any]], told: int) -> None:
    for number, event in enumerate(events[told:], start=told):
        if "stateEnteredEventDetails" in event:
            listener.state_entered(event["stateEnteredEventDetails"]["name"])
        if "stateExitedEventDetails" in event:
            name = event["stateExitedEventDetails"]["name"]
            runs = state_runs(events[: number + 1], end=event["timestamp"])
            listener.state_ended([each for each in runs if each.name == name and each.status == "SUCCEEDED"][-1])
        for details in ("taskFailedEventDetails", "lambdaFunctionFailedEventDetails", "taskTimedOutEventDetails"):
            if details in event:
                listener.task_failed(event[details].get("error", ""), event[details].get("cause", ""))


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


def _seconds(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds(), 2)

"""What the history of an execution tells of its states."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.app import execution
from local_aws.app.execution import ExecutionResult, reason
from local_aws.app.history import History
from local_aws.app.states import Failure, StateRun
from local_aws.stepfunctions.handled import HandledFailure

START = datetime(2026, 1, 1, tzinfo=UTC)
Run = Callable[[str], ExecutionResult]
MISSING = Failure("S3.NoSuchBucketException", "there is no bucket")


class Events:
    """The history of an execution that a test writes; each event follows the one before unless it says otherwise."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []

    def add(self, kind: str, seconds: float, *, after: int | None = None, **details: Any) -> int:
        number = len(self.all) + 1
        previous = number - 1 if after is None else after
        moment = START + timedelta(seconds=seconds)
        self.all.append({"id": number, "previousEventId": previous, "type": kind, "timestamp": moment, **details})
        return number

    def enter(self, name: str, seconds: float, *, kind: str = "Task", **more: Any) -> int:
        return self.add(f"{kind}StateEntered", seconds, stateEnteredEventDetails={"name": name, "input": "{}"}, **more)

    def exit(self, name: str, seconds: float, *, kind: str = "Task", **more: Any) -> int:
        return self.add(f"{kind}StateExited", seconds, stateExitedEventDetails={"name": name, "output": "1"}, **more)

    def fail(self, seconds: float, **more: Any) -> int:
        return self.add("TaskFailed", seconds, taskFailedEventDetails=MISSING.document(), **more)

    def iteration(self, name: str, index: int, seconds: float, **more: Any) -> int:
        details = {"name": name, "index": index}
        return self.add("MapIterationStarted", seconds, mapIterationStartedEventDetails=details, **more)

    def states(self, *handled: HandledFailure, end: float = 9, status: str = "SUCCEEDED") -> list[StateRun]:
        read = History()
        for event in self.all:
            read.add(event)
        read.take(handled)
        return [state for state, _ in read.states(end=START + timedelta(seconds=end), status=status)]


@pytest.fixture
def events() -> Events:
    return Events()


def test_states_come_in_the_order_of_entry_with_their_seconds(events: Events) -> None:
    events.enter("A", 0)
    events.exit("A", 1.5)
    events.enter("B", 1.5)
    events.exit("B", 4)
    assert [(each.name, each.status, each.seconds) for each in events.states()] == [
        ("A", "SUCCEEDED", 1.5),
        ("B", "SUCCEEDED", 2.5),
    ]


@pytest.mark.parametrize("status", ["RUNNING", "TIMED_OUT", "ABORTED"])
def test_a_state_without_an_exit_has_the_status_of_the_execution(events: Events, status: str) -> None:
    events.enter("A", 0)
    events.exit("A", 1)
    events.enter("B", 1)
    [_, last] = events.states(end=3, status=status)
    assert (last.name, last.status, last.seconds) == ("B", status, 2.0)


def test_the_state_that_ended_a_failed_execution_has_failed_and_its_siblings_are_aborted(events: Events) -> None:
    events.enter("Both", 0, kind="Parallel")
    start = events.add("ParallelStateStarted", 0)
    events.enter("A", 0, after=start)
    events.enter("B", 0, after=start, kind="Wait")
    failed = events.fail(1, after=3)
    events.add("ParallelStateFailed", 1, after=failed)
    events.add("ExecutionFailed", 1, executionFailedEventDetails=MISSING.document())
    found = {each.name: (each.status, each.failure) for each in events.states(status="FAILED")}
    assert found == {"Both": ("FAILED", MISSING), "A": ("FAILED", MISSING), "B": ("ABORTED", None)}


def test_iterations_that_run_side_by_side_are_told_apart_by_their_index(events: Events) -> None:
    events.enter("Each", 0, kind="Map")
    started = events.add("MapStateStarted", 0, mapStateStartedEventDetails={"length": 2})
    first = events.iteration("Each", 0, 0, after=started)
    second = events.iteration("Each", 1, 0, after=started)
    a = events.enter("A", 0, after=first)
    b = events.enter("A", 1, after=second)
    events.exit("A", 5, after=b)
    events.exit("A", 8, after=a)
    found = [(each.label, each.seconds, each.document().get("index")) for each in events.states()]
    assert found == [("Each", 9.0, None), ("A[0]", 8.0, 0), ("A[1]", 4.0, 1)]


def test_a_caught_failure_is_no_success_and_counts_its_attempts(events: Events) -> None:
    events.enter("A", 0)
    first = events.fail(1)
    events.add("TaskScheduled", 2, taskScheduledEventDetails={})
    second = events.fail(3)
    events.exit("A", 3)
    handled = [
        HandledFailure(number, "A", MISSING.error, MISSING.cause, number == second) for number in (first, second)
    ]
    [state] = events.states(*handled)
    assert state.document() == {
        "name": "A",
        "type": "Task",
        "status": "CAUGHT",
        "seconds": 3.0,
        "attempts": 2,
        "input": {},
        "output": 1,
        **MISSING.document(),
        "retried": [MISSING.document()],
    }


def test_an_attempt_that_was_repeated_with_success_is_told(events: Events) -> None:
    events.enter("A", 0)
    failed = events.fail(1)
    events.add("TaskSucceeded", 2, taskSucceededEventDetails={})
    events.exit("A", 2)
    [state] = events.states(HandledFailure(failed, "A", MISSING.error, MISSING.cause, caught=False))
    assert (state.status, state.attempts, state.failure, state.retried) == ("SUCCEEDED", 2, None, (MISSING,))


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ('{"errorMessage": "raw.csv, line 3: text", "stackTrace": ["..."]}', "raw.csv, line 3: text"),
        ('{"FailureReason": "AlgorithmError: bad", "Tags": []}', "AlgorithmError: bad"),
        ("Rate exceeded (Service: AmazonSageMaker)", "Rate exceeded (Service: AmazonSageMaker)"),
        ("[1]", "[1]"),
    ],
)
def test_the_reason_is_the_sentence_in_the_cause(cause: str, sentence: str) -> None:
    assert reason(cause) == sentence


# What really runs: no event of the history says that a state has caught something.

CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Go on"}]
ONCE_MORE = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1}]
ODD = {
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Odd"}],
            "Default": "Even",
        },
        "Odd": {"Type": "Fail", "Error": "Shop.Odd", "Cause": "one"},
        "Even": {"Type": "Succeed"},
    },
}


def mapped(name: str, inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"StartAt": name, "States": {name: {"Type": "Map", "ItemProcessor": inner, "End": True, **more}}}


MACHINES: dict[str, dict[str, Any]] = {
    "inline": mapped("Each", ODD, Catch=CATCH),
    "nested": mapped("Outer", mapped("Each", ODD, Catch=CATCH)),
    "tried again": mapped("Each", ODD, Retry=ONCE_MORE, Catch=CATCH),
    "distributed": mapped(
        "Each", {**ODD, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}, Catch=CATCH
    ),
    "tolerated": mapped(
        "Each",
        {**ODD, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        ToleratedFailureCount=1,
    ),
}


@pytest.fixture(scope="module")
def results(aws: LocalAws) -> Run:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    documents = [json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (trust, everything)]
    iam = aws.client("iam")
    role = iam.create_role(RoleName="told", AssumeRolePolicyDocument=documents[0])["Role"]["Arn"]
    iam.put_role_policy(RoleName="told", PolicyName="all", PolicyDocument=documents[1])
    done: dict[str, ExecutionResult] = {}

    def run(name: str) -> ExecutionResult:
        if name not in done:
            definition: dict[str, Any] = json.loads(json.dumps(MACHINES[name]))
            states = [definition["States"]]
            for each in states:
                states += [state["ItemProcessor"]["States"] for state in each.values() if "ItemProcessor" in state]
                if any("Catch" in state for state in each.values()):
                    each["Go on"] = {"Type": "Pass", "End": True}
            machine = aws.client("stepfunctions").create_state_machine(
                name=name.replace(" ", "-"), definition=json.dumps(definition), roleArn=role
            )["stateMachineArn"]
            items = [[0, 1]] if name == "nested" else [0, 1]
            arn = execution.start(aws, state_machine_arn=machine, name="once", input_json=json.dumps(items))
            done[name] = execution.follow(aws, arn, execution.Listener())
        return done[name]

    return run


@pytest.mark.parametrize(
    ("name", "label", "attempts", "error"),
    [
        ("inline", "Each", 1, "Shop.Odd"),
        ("nested", "Each[0]", 1, "Shop.Odd"),
        ("tried again", "Each", 2, "Shop.Odd"),
        ("distributed", "Each", 1, "States.ExceedToleratedFailureThreshold"),
    ],
)
def test_a_map_that_caught_a_failure_says_so(results: Run, name: str, label: str, attempts: int, error: str) -> None:
    result = results(name)
    assert result.status == "SUCCEEDED"
    [caught] = result.caught
    assert (caught.label, caught.status, caught.attempts) == (label, "CAUGHT", attempts)
    assert caught.failure is not None
    assert caught.failure.error == error


@pytest.mark.parametrize("name", ["inline", "nested", "tried again", "distributed", "tolerated"])
def test_the_item_that_failed_is_found_by_its_index(results: Run, name: str) -> None:
    odd = [each for each in results(name).states if each.name == "Odd"]
    assert {(each.iterations[-1].index, each.status) for each in odd} == {(1, "FAILED")}
    assert {each.document()["index"] for each in odd} == {1}
    assert {each.failure for each in odd} == {Failure("Shop.Odd", "one")}
    assert {each.input for each in odd} == {"1"}

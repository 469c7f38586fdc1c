from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_aws.app.execution import StateRun, reason, state_runs

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float, **details: Any) -> dict[str, Any]:
    return {"timestamp": START + timedelta(seconds=seconds), **details}


def entered(name: str, seconds: float) -> dict[str, Any]:
    return at(seconds, stateEnteredEventDetails={"name": name})


def exited(name: str, seconds: float) -> dict[str, Any]:
    return at(seconds, stateExitedEventDetails={"name": name})


def runs(*events: dict[str, Any], end: float, status: str = "RUNNING") -> list[StateRun]:
    return state_runs(list(events), end=START + timedelta(seconds=end), status=status)


def test_states_come_in_the_order_of_entry_with_their_seconds() -> None:
    found = runs(entered("A", 0), exited("A", 1.5), entered("B", 1.5), exited("B", 4), end=4)
    assert found == [StateRun("A", "SUCCEEDED", 1.5), StateRun("B", "SUCCEEDED", 2.5)]


def test_a_state_without_an_exit_has_the_status_of_the_execution() -> None:
    found = runs(entered("A", 0), exited("A", 1), entered("B", 1), end=3, status="FAILED")
    assert found[1] == StateRun("B", "FAILED", 2.0)


def test_a_state_that_runs_several_times_at_once_is_listed_each_time() -> None:
    found = runs(entered("A", 0), entered("A", 1), exited("A", 2), end=5)
    assert found == [StateRun("A", "SUCCEEDED", 2.0), StateRun("A", "RUNNING", 4.0)]


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

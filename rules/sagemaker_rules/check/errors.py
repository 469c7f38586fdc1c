"""Rules on Retry and Catch, and on names that a retry would use a second time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.sagemaker import Task
from sagemaker_rules.check.states import State

#: Errors that come after the job was created, whose name is therefore taken.
_AFTER_CREATION = ("States.ALL", "States.TaskFailed", "States.Timeout")
#: What makes a name new at each attempt.
_FRESH = ("RetryCount", "EnteredTime", "States.UUID(", "States.MathRandom(", "$uuid(", "$random(", "$now(", "$millis(")


def error_findings(state: State) -> Iterator[StateFinding]:
    """``States.ALL`` stands alone, and in the last entry; no error is caught in two entries."""
    for field in ("Retry", "Catch"):
        entries = state.body.get(field, [])
        seen = set[str]()
        for index, entry in enumerate(entries):
            errors = _errors(entry)
            if "States.ALL" in errors and len(errors) > 1:
                message = "names States.ALL beside other errors; write States.ALL alone"
                yield state.finding("states-all", message, field, index, "ErrorEquals")
            if "States.ALL" in errors and index < len(entries) - 1:
                message = f"names States.ALL before other entries; move it to the end of {field}"
                yield state.finding("states-all", message, field, index, "ErrorEquals")
            if again := [error for error in errors if error in seen]:
                message = f"{again[0]} stands in an entry before, which takes it; take it out here"
                yield state.finding("repeated-error", message, field, index, "ErrorEquals", is_warning=True)
            seen.update(errors)


def reused_name_findings(state: State, task: Task) -> Iterator[StateFinding]:
    """A retry that would create a job under the name of the one before, which SageMaker refuses."""
    if task.condition != "sync" or (name := task.name()) is None:
        return
    key, value = name
    if any(mark in str(value) for mark in _FRESH):
        return
    for index, entry in enumerate(state.body.get("Retry", [])):
        errors = [error for error in _errors(entry) if error in _AFTER_CREATION]
        if not errors or entry.get("MaxAttempts") == 0:
            continue
        # The published training example retries a timeout on a fixed name. It never helps, but is no false definition.
        is_warning = task.is_dynamic_name() or errors == ["States.Timeout"]
        message = (
            f"retries {errors[0]}, when a job named {value!r} exists already; SageMaker refuses a second one: make "
            f"{key.removesuffix('.$')} of $$.State.RetryCount, or retry SageMaker.* errors only"
        )
        yield state.finding("reused-name", message, "Retry", index, "ErrorEquals", is_warning=is_warning)


def _errors(entry: Any) -> list[str]:
    errors = entry.get("ErrorEquals", [])
    return [str(error) for error in errors] if isinstance(errors, list) else []

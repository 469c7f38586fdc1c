"""Executes the graph of a pipeline: what is ready runs, side by side, until nothing is left or something has failed."""

from __future__ import annotations

import logging
import threading

from local_aws.sagemaker.pipelines import attempt
from local_aws.sagemaker.pipelines.definition import Step
from local_aws.sagemaker.pipelines.records import MAX_PARALLEL_STEPS, STEP_FAILURE, Execution, StepRecord

_log = logging.getLogger(__name__)
_JOIN_SECONDS = 5.0


class Engine:
    """Runs the executions of one local AWS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Execution] = set()

    def start(self, execution: Execution) -> None:
        """Starts an execution, or what is left to do of one, in a thread of its own."""
        execution.ended.clear()
        with self._lock:
            self._running.add(execution)
        name = f"pipeline execution {execution.arn}"
        threading.Thread(target=self._run, args=(execution,), name=name, daemon=True).start()

    def retry(self, execution: Execution) -> bool:
        """Goes on with an execution where it failed or was stopped; returns False when it did neither."""
        with execution.changed:
            if execution.status not in ("Failed", "Stopped"):
                return False
            # What has succeeded stays as it is; the rest is as if it had never been started.
            for name, record in list(execution.steps.items()):
                if record.status != "Succeeded":
                    del execution.steps[name]
            execution.stop_requested = threading.Event()
            execution.enter("Executing")
        self.start(execution)
        return True

    def stop_running(self) -> None:
        """Tells every execution to stop; returns at once."""
        for execution in self._now_running():
            request_stop(execution)

    def join(self) -> None:
        """Waits a few seconds for the executions to end; one that waits for an answer from outside is left behind."""
        for execution in self._now_running():
            execution.ended.wait(_JOIN_SECONDS if not _waits_for_worker(execution) else 0)

    def _now_running(self) -> list[Execution]:
        with self._lock:
            return list(self._running)

    def _run(self, execution: Execution) -> None:
        with execution.changed:
            try:
                while True:
                    for step in _ready(execution):
                        _start_step(execution, step)
                    if not any(each.is_running for each in execution.steps.values()):
                        break
                    execution.changed.wait()
                _finish(execution)
            except Exception as error:
                _log.exception("%s: the local AWS failed", execution.arn)
                execution.enter("Failed", f"InternalServerError: the local AWS failed: {error!r}")
            # Still locked, so that a retry, which runs in a thread of its own, comes after it.
            with self._lock:
                self._running.discard(execution)
            execution.ended.set()


def request_stop(execution: Execution) -> bool:
    """Stops an execution; returns False when it does not run. The end is seen in Describe."""
    with execution.changed:
        if execution.status != "Executing":
            return False
        execution.enter("Stopping")
        execution.stop_requested.set()
        for record in execution.steps.values():
            if record.is_running:
                record.status = "Stopping"
        execution.changed.notify_all()
    return True


def _waits_for_worker(execution: Execution) -> bool:
    return any(each.is_running and each.step.type == "Callback" for each in list(execution.steps.values()))


def _start_step(execution: Execution, step: Step) -> None:
    record = execution.steps[step.name] = StepRecord(step)
    thread = threading.Thread(
        target=attempt.run, args=(execution, record), name=f"step {step.name} of {execution.arn}", daemon=True
    )
    thread.start()


def _finish(execution: Execution) -> None:
    failed = [each for each in execution.steps.values() if each.status == "Failed"]
    if failed:
        message = next((each.failure_reason for each in failed if each.step.type == "Fail"), None)
        execution.enter("Failed", message or STEP_FAILURE)
    elif execution.stop_requested.is_set():
        execution.enter("Stopped")
    else:
        execution.enter("Succeeded")


def _ready(execution: Execution) -> list[Step]:
    """The steps to be started now, in the order of the definition."""
    records = execution.steps.values()
    if execution.stop_requested.is_set() or any(each.status in ("Failed", "Stopped") for each in records):
        return []
    room = (execution.parallelism or MAX_PARALLEL_STEPS) - sum(each.is_running for each in records)
    waiting = [
        step
        for name, step in execution.definition.steps.items()
        if name not in execution.steps and name not in execution.skipped and _may_run(execution, name)
    ]
    return waiting[: max(room, 0)]


def _may_run(execution: Execution, name: str) -> bool:
    """Whether everything before a step has ended, and its branch was taken."""
    step = execution.definition.steps[name]
    if not all(_is_done(execution, each) for each in execution.definition.dependencies[name]):
        return False
    if step.parent is None:
        return True
    condition = execution.steps.get(step.parent)
    return condition is not None and (condition.properties or {}).get("Outcome") == str(step.branch)


def _is_done(execution: Execution, name: str) -> bool:
    # A step that is left out holds nothing up, but what waits for it also waits for what it would have waited for.
    if name in execution.skipped:
        return _may_run(execution, name)
    record = execution.steps.get(name)
    return record is not None and record.status == "Succeeded"

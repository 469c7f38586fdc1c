"""What else happened while an execution ran, which its status does not tell: jobs, executions and deliveries.

A job that nobody waits for, an execution that a rule starts, a function that is invoked asynchronously: each may fail,
and the execution that set it off succeeds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from local_aws.app.progress import Progress
from local_aws.endpoint.local_aws import LocalAws
from local_aws.stepfunctions import outcomes

#: Seconds that what is still running gets after the end of an execution.
PATIENCE = 30.0
_POLL_SECONDS = 0.1
# Kinds of resources, what they are called here, and the field that tells how they are.
_STATUS: Final = {
    "processing-job": ("processing job", "ProcessingJobStatus"),
    "training-job": ("training job", "TrainingJobStatus"),
    "transform-job": ("transform job", "TransformJobStatus"),
    "hyper-parameter-tuning-job": ("tuning job", "HyperParameterTuningJobStatus"),
    "labeling-job": ("labeling job", "LabelingJobStatus"),
    "endpoint": ("endpoint", "EndpointStatus"),
}
_FAILED: Final = frozenset({"Failed", "FAILED", "TIMED_OUT"})
_RUNNING: Final = frozenset({"InProgress", "Stopping", "Creating", "Updating", "RUNNING", "Executing"})
# They wait for people.
_PATIENT: Final = "labeling job"


@dataclass(frozen=True)
class Beside:
    """Something that happened beside an execution.

    Args:
        what: What it is, as in ``training job houses-1``.
        status: How it is, in the service's words; ``LOST`` of an event, message or invocation that came to nothing.
        reason: Why it failed; empty if it has not.
        fails_run: Whether nobody can have seen that it failed: the run is no success then.
    """

    what: str
    status: str
    reason: str = ""
    fails_run: bool = False

    def document(self) -> dict[str, Any]:
        """What JSON can hold of it."""
        return {"what": self.what, "status": self.status, "reason": self.reason, "failsRun": self.fails_run}

    def __str__(self) -> str:
        return f"{self.what} {self.status}{f': {self.reason}' if self.reason else ''}"


@dataclass(frozen=True)
class _Thing:
    arn: str
    what: str
    status: str
    reason: str = ""


def settle(aws: LocalAws, arn: str, progress: Progress, *, patience: float = PATIENCE) -> None:
    """Waits for what an execution has set off and not waited for, but not for ever.

    Args:
        aws: Where it ran.
        arn: The execution, which has ended.
        progress: Is told what is waited for.
        patience: Seconds.
    """
    deadline = time.monotonic() + patience
    told = False
    while (left := deadline - time.monotonic()) > 0:
        is_quiet = aws.events.settle(left) and aws.background.settle(left)
        running = [each.what for each in _things(aws) if each.arn != arn and _is_under_way(each)]
        if is_quiet and not running:
            return
        if running and not told:
            progress.note(f"Waiting, {patience:g} s at most, for what still runs: {', '.join(running)}")
            told = True
        time.sleep(_POLL_SECONDS)


def found(aws: LocalAws, arn: str, told: Iterable[str]) -> list[Beside]:
    """What failed, or still runs, beside an execution.

    Args:
        aws: Where it ran.
        arn: The execution.
        told: What is known of failures anyway, as their causes; what is named there is left out.
    """
    known = "\n".join(told)
    things = [each for each in _things(aws) if each.arn != arn and each.arn not in known]
    failed = [Beside(each.what, each.status, each.reason) for each in things if each.status in _FAILED]
    running = [Beside(each.what, each.status, "it was still running") for each in things if each.status in _RUNNING]
    lost = []
    for work in aws.background.lost():
        reason = f"{work.reason}; it is in {work.dead_letter_queue}" if work.dead_letter_queue else work.reason
        lost.append(Beside(work.what, "LOST", reason, work.is_unhandled))
    return [*failed, *running, *lost, *_caught(arn)]


def _caught(arn: str) -> Iterator[Beside]:
    for each in outcomes.started():
        if each.arn != arn:
            for failure in each.handled:
                if failure.caught:
                    reason = f"state {failure.state} caught {failure.error}: {failure.cause}"
                    yield Beside(f"execution {_short(each.arn)}", each.status, reason)


def _is_under_way(thing: _Thing) -> bool:
    return thing.status in _RUNNING and not thing.what.startswith(_PATIENT)


def _things(aws: LocalAws) -> Iterator[_Thing]:
    for each in outcomes.started():
        reason = ": ".join(part for part in (each.error, each.cause) if part)
        yield _Thing(each.arn, f"execution {_short(each.arn)}", each.status, reason)
    for pipeline in aws.sagemaker.pipelines.records.everywhere():
        for execution in list(pipeline.executions.values()):
            reason = execution.failure_reason or ""
            yield _Thing(execution.arn, f"pipeline execution {_short(execution.arn)}", execution.status, reason)
    for family in aws.sagemaker.families:
        if family.resource_type in _STATUS:
            noun, field = _STATUS[family.resource_type]
            for record in family.everywhere():
                shown = record.describe()
                name = record.arn.rpartition("/")[2]
                yield _Thing(record.arn, f"{noun} {name}", shown[field], shown.get("FailureReason") or "")


def _short(arn: str) -> str:
    return arn.split(":", 5)[-1].partition(":")[2] or arn.split(":", 5)[-1]

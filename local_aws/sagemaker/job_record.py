"""A job as Describe and List show it: its request, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from local_aws.sagemaker.events import JobEvent, JobEvents
from local_aws.sagemaker.job_kinds import JobKind
from local_aws.sagemaker.metrics import Metric
from local_aws.sagemaker.resources import Request, described

#: What the sentence of a final secondary status is in a training job.
_ENDINGS: Final = {
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job stopped because it exceeded the maximum allowed runtime",
}


class JobRecord:
    """Status, times and phases of one job.

    Args:
        kind: Kind of the job.
        arn: Its ARN.
        request: What Describe answers of the request that created it.
        events: Who wants to know.
    """

    def __init__(self, kind: JobKind, arn: str, request: Request, events: JobEvents) -> None:
        self.kind = kind
        self.arn = arn
        self.name = arn.rpartition("/")[2]
        self.request = request
        self.tags: list[dict[str, str]] = list(request.get("Tags") or [])
        #: ``InProgress``, ``Stopping``, ``Completed``, ``Failed`` or ``Stopped``.
        self.status = "InProgress"
        self.failure_reason: str | None = None
        self.creation_time = self.last_modified_time = datetime.now(UTC)
        self.start_time: datetime | None = None
        self.end_time: datetime | None = None
        #: What the runner has found out: ``ExitMessage`` of a processing job, ``FinalMetrics`` of a training job.
        self.results: Mapping[str, Any] = {}
        self._phases: list[dict[str, Any]] = []
        self._events = events
        self.phase("Starting", "Preparing the instances")

    @property
    def metrics(self) -> Mapping[str, float]:
        """The last value of each metric of a training job that has ended."""
        found: Mapping[str, float] = self.results.get("FinalMetrics", {})
        return found

    @property
    def seconds(self) -> int | None:
        """How long a training job has run; None before its end, or if it never began."""
        if not (self.kind.has_phases and self.start_time and self.end_time):
            return None
        return max(1, round((self.end_time - self.start_time).total_seconds()))

    def phase(self, secondary: str, message: str) -> None:
        """Enters a phase of a running job."""
        if self.start_time is None and secondary != "Starting":
            self.start_time = datetime.now(UTC)
        self._enter(secondary, message)
        self._tell(secondary, message)

    def metrics_printed(self, secondary: str, metrics: Sequence[Metric]) -> None:
        """The algorithm has just printed metrics."""
        self._events.publish(
            JobEvent(self.kind.word, self.name, "InProgress", secondary, metrics=tuple(metrics)),
        )

    def stopping(self) -> None:
        """Somebody wants the job to stop."""
        self.status = "Stopping"
        self.phase("Stopping", "Stopping the job")

    def finish(self, status: str, *, secondary: str, reason: str, results: Mapping[str, Any]) -> None:
        """The job has ended.

        Args:
            status: ``Completed``, ``Failed`` or ``Stopped``.
            secondary: Final secondary status, as in ``MaxRuntimeExceeded``.
            reason: FailureReason; empty unless the job failed.
            results: What the runner has found out.
        """
        self.failure_reason = reason or None
        self.results = results
        self.end_time = datetime.now(UTC)
        self._enter(secondary, reason or _ENDINGS.get(secondary, ""))
        self._phases[-1]["EndTime"] = self._phases[-1]["StartTime"]
        # Last: who polls for the status must find everything else.
        self.status = status
        self._tell(secondary, reason)

    def describe(self) -> dict[str, Any]:
        """The answer of Describe."""
        noun = self.kind.noun
        # First: what is read after a final status is final, too.
        status = {f"{noun}Status": self.status}
        happened = {
            **self.summary(),
            f"{self.kind.word.title()}StartTime": self.start_time,
            "FailureReason": self.failure_reason,
            "ExitMessage": self.results.get("ExitMessage"),
            **(self._phases_shown() if self.kind.has_phases else {}),
        }
        return described(f"Describe{noun}", self.kind.defaults(self.request), happened, self.request, status)

    def summary(self) -> dict[str, Any]:
        """The entry of List."""
        noun = self.kind.noun
        found = {
            f"{noun}Status": self.status,
            f"{noun}Name": self.name,
            f"{noun}Arn": self.arn,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            f"{self.kind.word.title()}EndTime": self.end_time,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _phases_shown(self) -> dict[str, Any]:
        end = self.end_time
        metrics = [{"MetricName": name, "Value": value, "Timestamp": end} for name, value in self.metrics.items()]
        return {
            "SecondaryStatus": self._phases[-1]["Status"],
            "SecondaryStatusTransitions": [dict(each) for each in self._phases],
            "FinalMetricDataList": metrics,
            "TrainingTimeInSeconds": self.seconds,
            "BillableTimeInSeconds": self.seconds,
        }

    def _enter(self, secondary: str, message: str) -> None:
        now = self.last_modified_time = datetime.now(UTC)
        if self._phases and self._phases[-1]["Status"] == secondary:
            return
        if self._phases:
            self._phases[-1]["EndTime"] = now
        self._phases.append({"Status": secondary, "StartTime": now, "StatusMessage": message})

    def _tell(self, secondary: str, message: str) -> None:
        self._events.publish(JobEvent(self.kind.word, self.name, self.status, secondary, message))

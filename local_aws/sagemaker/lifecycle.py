"""The state of a job as Describe and List show it; it lives in the object that moto keeps for the job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker import events

#: What the sentence of a final secondary status is in a training job.
_ENDINGS = {
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job stopped because it exceeded the maximum allowed runtime",
}


class Lifecycle:
    """Status, times and transitions of one job.

    Args:
        kind: Kind of the job.
        name: Name of the job.
        record: moto's object; moto believes that the job is done, which is taken back here.
    """

    def __init__(self, kind: str, name: str, record: Any) -> None:
        self._kind = kind
        self._name = name
        self._record = record
        self._started: datetime | None = None
        self._set("status", "InProgress", is_job=True)
        self._set("start_time", None)
        self._set("end_time", None)
        record.failure_reason = None
        if kind == "training":
            record.secondary_status = None
            record.secondary_status_transitions = []
            record.final_metric_data_list = None
        self.phase("Starting", "Preparing the instances")

    @property
    def status(self) -> str:
        """``InProgress``, ``Stopping``, ``Completed``, ``Failed`` or ``Stopped``."""
        status: str = getattr(self._record, f"{self._kind}_job_status")
        return status

    def phase(self, secondary: str, message: str) -> None:
        """Enters a phase of a running job."""
        if self._started is None and secondary != "Starting":
            self._started = datetime.now(UTC)
            self._set("start_time", self._started)
        self._transition(secondary, message)
        events.publish(events.JobEvent(self._kind, self._name, self.status, secondary, message))

    def stopping(self) -> None:
        """Somebody wants the job to stop."""
        self._set("status", "Stopping", is_job=True)
        self.phase("Stopping", "Stopping the job")

    def finish(self, status: str, *, secondary: str, reason: str, results: Mapping[str, Any]) -> None:
        """The job has ended.

        Args:
            status: ``Completed``, ``Failed`` or ``Stopped``.
            secondary: Final secondary status, as in ``MaxRuntimeExceeded``.
            reason: FailureReason; empty unless the job failed.
            results: ``ExitMessage`` of a processing job, ``FinalMetrics`` of a training job.
        """
        now = datetime.now(UTC)
        self._record.failure_reason = reason or None
        self._record.exit_message = results.get("ExitMessage")
        self._set("end_time", now)
        if self._kind == "training":
            self._finish_training(now, results.get("FinalMetrics", {}))
        self._transition(secondary, reason or _ENDINGS.get(secondary, ""))
        if self._kind == "training":
            last = self._record.secondary_status_transitions[-1]
            last["EndTime"] = last["StartTime"]
        # Last: who polls for the status must find everything else.
        self._set("status", status, is_job=True)
        events.publish(events.JobEvent(self._kind, self._name, status, secondary, reason))

    def _finish_training(self, now: datetime, metrics: Mapping[str, float]) -> None:
        if self._started is not None:
            seconds = max(1, round((now - self._started).total_seconds()))
            self._record.training_time_in_seconds = self._record.billable_time_in_seconds = seconds
        self._record.final_metric_data_list = [
            {"MetricName": name, "Value": value, "Timestamp": now} for name, value in metrics.items()
        ] or None

    def _transition(self, secondary: str, message: str) -> None:
        now = datetime.now(UTC)
        self._record.last_modified_time = now
        if self._kind != "training" or self._record.secondary_status == secondary:
            return
        transitions = self._record.secondary_status_transitions
        if transitions:
            transitions[-1]["EndTime"] = now
        transitions.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
        self._record.secondary_status = secondary

    def _set(self, attribute: str, value: Any, *, is_job: bool = False) -> None:
        setattr(self._record, f"{self._kind}_{'job_' if is_job else ''}{attribute}", value)

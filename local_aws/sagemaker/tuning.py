"""Runs hyperparameter tuning jobs: their trials are training jobs of their own.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning.html
"""

from __future__ import annotations

import logging
import math
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker.events import JobEvent, JobEvents
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH
from local_aws.sagemaker.job_record import JobRecord
from local_aws.sagemaker.resources import Request, described
from local_aws.sagemaker.search import Search
from local_aws.sagemaker.tuning_support import training_request

_POLL_SECONDS = 0.1
_JOIN_SECONDS = 5.0
# SageMaker gives up after so many failures without a success.
_ATTEMPTS = 5

_log = logging.getLogger(__name__)

#: Starts a training job.
StartTrial = Callable[[Mapping[str, Any]], JobRecord]
#: Stops the training job with an ARN.
StopTrial = Callable[[str], Any]


@dataclass
class Trial:
    """A training job of a tuning job.

    Args:
        record: The training job.
        tuned: Its hyperparameters that have a range.
        key: What the strategy knows it by.
        value: Objective, once it has ended with one.
        has_ended: True once its result has been looked at.
    """

    record: JobRecord
    tuned: dict[str, str]
    key: Any
    value: float | None = None
    has_ended: bool = False

    @property
    def status(self) -> str:
        """Status of the training job."""
        return self.record.status


class Tuner:
    """A tuning job.

    Args:
        arn: Its ARN.
        request: The request that created it.
        search: Its strategy.
        start_trial: Starts a training job.
        events: Who wants to know what happens to it.
        stop_trial: Stops a training job.
    """

    def __init__(
        self,
        arn: str,
        request: Request,
        search: Search,
        start_trial: StartTrial,
        events: JobEvents,
        stop_trial: StopTrial,
    ) -> None:
        self.arn = arn
        self.name = arn.rpartition("/")[2]
        self.tags: list[dict[str, str]] = list(request.get("Tags") or [])
        self.status = "InProgress"
        self.trials: list[Trial] = []
        self._failure_reason: str | None = None
        self._creation_time = self._last_modified_time = datetime.now(UTC)
        self._end_time: datetime | None = None
        self._request = request
        self._config = request["HyperParameterTuningJobConfig"]
        self._search = search
        self._start_trial = start_trial
        self._stop_trial = stop_trial
        self._events = events
        self._objective = self._config["HyperParameterTuningJobObjective"]
        self._sign = 1.0 if self._objective["Type"] == "Maximize" else -1.0
        self._is_exhausted = False
        self._is_killed = False
        self._began = time.monotonic()
        # Why no more trials are started, and what the tuning job ends with.
        self._verdict: tuple[str, str] | None = None
        self._thread = threading.Thread(target=self._run, name=f"tuning job {self.name}", daemon=True)
        self._progress = self._summed_up()

    def start(self) -> None:
        """Starts it, in a thread."""
        self._tell("InProgress")
        self._thread.start()

    @property
    def best(self) -> Trial | None:
        """The trial with the best objective so far."""
        found = [each for each in self.trials if each.value is not None]
        return max(found, key=lambda each: self._sign * (each.value or 0.0)) if found else None

    def stop(self) -> bool:
        """Asks the tuning job and its trials to stop; False when it has ended."""
        if self.status != "InProgress":
            return False
        self._verdict = ("Stopped", "")
        self.status = "Stopping"
        return True

    def kill(self) -> None:
        """Keeps the tuning job from starting another trial."""
        self._is_killed = True
        self._verdict = ("Stopped", "")

    def join(self) -> None:
        """Waits for the end."""
        self._thread.join(_JOIN_SECONDS)

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeHyperParameterTuningJob."""
        # First: what is read after a final status is final, too.
        status = {"HyperParameterTuningJobStatus": self.status}
        happened = {**self._progress, "FailureReason": self._failure_reason}
        return described("DescribeHyperParameterTuningJob", self._request, self.summary(), happened, status)

    def summary(self) -> dict[str, Any]:
        """The entry of ListHyperParameterTuningJobs."""
        counters = ("TrainingJobStatusCounters", "ObjectiveStatusCounters")
        found = {
            "HyperParameterTuningJobName": self.name,
            "HyperParameterTuningJobArn": self.arn,
            "HyperParameterTuningJobStatus": self.status,
            "Strategy": self._config["Strategy"],
            "CreationTime": self._creation_time,
            "HyperParameterTuningEndTime": self._end_time,
            "LastModifiedTime": self._last_modified_time,
            **{key: self._progress[key] for key in counters},
            "ResourceLimits": self._config["ResourceLimits"],
        }
        return {key: value for key, value in found.items() if value is not None}

    def summary_of(self, trial: Trial) -> dict[str, Any]:
        """A trial as Describe and List show it."""
        found = {
            "TrainingJobDefinitionName": self._request["TrainingJobDefinition"].get("DefinitionName"),
            "TrainingJobName": trial.record.name,
            "TrainingJobArn": trial.record.arn,
            "CreationTime": trial.record.creation_time,
            "TrainingStartTime": trial.record.start_time,
            "TrainingEndTime": trial.record.end_time,
            "TrainingJobStatus": trial.status,
            "TunedHyperParameters": trial.tuned,
            "FailureReason": trial.record.failure_reason,
            "ObjectiveStatus": _objective_status(trial),
        }
        if trial.value is not None:
            metric = {**self._objective, "Value": trial.value}
            found["FinalHyperParameterTuningJobObjectiveMetric"] = metric
        return {key: value for key, value in found.items() if value is not None}

    def _run(self) -> None:
        try:
            while not self._step():
                time.sleep(_POLL_SECONDS)
            status, reason = self._verdict or self._ending()
        except Exception as error:
            _log.exception("tuning job %s: the local AWS failed", self.name)
            self._stop_trials()
            status, reason = "Failed", f"InternalServerError: the local AWS failed: {error!r}"
        self._failure_reason = reason[:FAILURE_REASON_LENGTH] or None
        self._end_time = datetime.now(UTC)
        # Last: who polls for the status must find everything else.
        self._tell(status)

    def _step(self) -> bool:
        """Looks at the trials and starts what is missing; returns True at the end."""
        for each in self.trials:
            self._collect(each)
        self._verdict = self._verdict or self._judge()
        if self._verdict:
            self._stop_trials()
        else:
            self._fill()
        self._progress = self._summed_up()
        running = [each for each in self.trials if not each.has_ended]
        return self._is_killed or (not running and (self._verdict is not None or self._is_exhausted))

    def _collect(self, trial: Trial) -> None:
        if trial.has_ended or trial.status in ("InProgress", "Stopping"):
            return
        value = trial.record.metrics.get(self._objective["MetricName"])
        if trial.status == "Completed" and value is not None and math.isfinite(value):
            trial.value = value
        self._search.tell(trial.key, trial.value)
        trial.has_ended = True
        shown = "no objective" if trial.value is None else f"{self._objective['MetricName']} {trial.value:g}"
        self._tell("InProgress", f"{trial.record.name} {trial.status}: {shown}, {trial.tuned}", new=False)

    def _fill(self) -> None:
        limits = self._config["ResourceLimits"]
        room = limits["MaxParallelTrainingJobs"] - sum(not each.has_ended for each in self.trials)
        most = limits.get("MaxNumberOfTrainingJobs", math.inf)
        for _ in range(room):
            asked = self._search.ask() if len(self.trials) < most else None
            if asked is None:
                self._is_exhausted = True
                return
            key, tuned = asked
            name = f"{self.name}-{len(self.trials) + 1:03d}-{uuid.uuid4().hex[:8]}"
            record = self._start_trial(training_request(self._request, name, tuned))
            self.trials.append(Trial(record, tuned, key))

    def _judge(self) -> tuple[str, str] | None:
        """Status and failure reason if the tuning job is to end before its last trial."""
        limit = self._config["ResourceLimits"].get("MaxRuntimeInSeconds", math.inf)
        if time.monotonic() - self._began > limit:
            return "Stopped", ""
        criteria = self._config.get("TuningJobCompletionCriteria", {})
        best, target = self.best, criteria.get("TargetObjectiveMetricValue")
        if best is not None and target is not None and self._sign * ((best.value or 0.0) - target) >= 0:
            return "Completed", ""
        patience = criteria.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving", math.inf)
        if best is not None and self._not_improving() >= patience:
            return "Completed", ""
        failed = [each for each in self.trials if each.status == "Failed"]
        if len(failed) >= _ATTEMPTS and not any(each.status == "Completed" for each in self.trials):
            return "Failed", (
                f"No training job succeeded after {len(failed)} attempts. "
                f"Please take a look at the training job failures to get more details."
            )
        return None

    def _ending(self) -> tuple[str, str]:
        """Status and failure reason after the last trial."""
        if self.best is not None:
            return "Completed", ""
        if not any(each.status == "Completed" for each in self.trials):
            return (
                "Failed",
                "All training jobs failed. Please take a look at the training job failures to get more details.",
            )
        return "Failed", (
            f"No objective metrics found after running {len(self.trials)} training jobs. Please ensure that the custom "
            f"algorithm is emitting the objective metric as defined by the regular expression provided."
        )

    def _not_improving(self) -> int:
        """How many trials have ended since the best one."""
        ended = [each for each in self.trials if each.has_ended]
        return len(ended) - 1 - ended.index(self.best) if self.best else len(ended)

    def _stop_trials(self) -> None:
        for each in self.trials:
            if each.status == "InProgress":
                self._stop_trial(each.record.arn)

    def _summed_up(self) -> dict[str, Any]:
        """How far it has come, as Describe shows it."""
        statuses = [each.status for each in self.trials]
        objectives = [_objective_status(each) for each in self.trials]
        best = self.best
        return {
            "TrainingJobStatusCounters": {
                "Completed": statuses.count("Completed"),
                "InProgress": statuses.count("InProgress") + statuses.count("Stopping"),
                "RetryableError": 0,
                "NonRetryableError": statuses.count("Failed"),
                "Stopped": statuses.count("Stopped"),
            },
            "ObjectiveStatusCounters": {each: objectives.count(each) for each in ("Succeeded", "Pending", "Failed")},
            "BestTrainingJob": self.summary_of(best) if best else None,
            "ConsumedResources": {"RuntimeInSeconds": sum(each.record.seconds or 0 for each in self.trials)},
            "TuningJobCompletionDetails": (
                {"NumberOfTrainingJobsObjectiveNotImproving": self._not_improving()} if best else None
            ),
        }

    def _tell(self, status: str, message: str = "", *, new: bool = True) -> None:
        self._last_modified_time = datetime.now(UTC)
        if new:
            self._progress = self._summed_up()
            self.status = status
        self._events.publish(JobEvent("tuning", self.name, status, status, message or self._failure_reason or ""))


def _objective_status(trial: Trial) -> str:
    if trial.value is not None:
        return "Succeeded"
    return "Failed" if trial.has_ended else "Pending"

"""Runs hyperparameter tuning jobs: their trials are training jobs of their own.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning.html
"""

from __future__ import annotations

import atexit
import logging
import math
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker import events, service
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH
from local_aws.sagemaker.search import Search
from local_aws.sagemaker.tuning_support import training_request

_POLL_SECONDS = 0.1
_JOIN_SECONDS = 5.0
# SageMaker gives up after so many failures without a success.
_ATTEMPTS = 5

_log = logging.getLogger(__name__)

#: Starts a training job and returns moto's object for it.
StartTrial = Callable[[Mapping[str, Any]], Any]


@dataclass
class Trial:
    """A training job of a tuning job.

    Args:
        record: moto's object for it.
        tuned: Its hyperparameters that have a range.
        key: What the strategy knows it by.
        value: Objective, once it has ended with one.
        has_ended: True once its result has been looked at.
    """

    record: Any
    tuned: dict[str, str]
    key: Any
    value: float | None = None
    has_ended: bool = False

    @property
    def status(self) -> str:
        """Status of the training job."""
        return str(self.record.training_job_status)


class Tuner:
    """A tuning job that runs.

    Args:
        record: moto's object for it; Describe answers what it holds.
        request: The request that created it.
        search: Its strategy.
        start_trial: Starts a training job.
    """

    def __init__(self, record: Any, request: Mapping[str, Any], search: Search, start_trial: StartTrial) -> None:
        self.record = record
        self.trials: list[Trial] = []
        self._request = request
        self._config = request["HyperParameterTuningJobConfig"]
        self._search = search
        self._start_trial = start_trial
        self._objective = self._config["HyperParameterTuningJobObjective"]
        self._sign = 1.0 if self._objective["Type"] == "Maximize" else -1.0
        self._is_exhausted = False
        self._is_killed = False
        self._began = time.monotonic()
        # Why no more trials are started, and what the tuning job ends with.
        self._verdict: tuple[str, str] | None = None
        record.failure_reason = None
        record.hyper_parameter_tuning_end_time = None
        self._tell("InProgress")
        name = f"tuning job {record.hyper_parameter_tuning_job_name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def best(self) -> Trial | None:
        """The trial with the best objective so far."""
        found = [each for each in self.trials if each.value is not None]
        return max(found, key=lambda each: self._sign * (each.value or 0.0)) if found else None

    def stop(self) -> bool:
        """Asks the tuning job and its trials to stop; False when it has ended."""
        if self.record.hyper_parameter_tuning_job_status != "InProgress":
            return False
        self._verdict = ("Stopped", "")
        self.record.hyper_parameter_tuning_job_status = "Stopping"
        return True

    def kill(self) -> None:
        """Keeps the tuning job from starting another trial."""
        self._is_killed = True
        self._verdict = ("Stopped", "")

    def join(self) -> None:
        """Waits for the end."""
        self._thread.join(_JOIN_SECONDS)

    def summary(self, trial: Trial) -> dict[str, Any]:
        """A trial as Describe and List show it."""
        found = {
            "TrainingJobDefinitionName": self._request["TrainingJobDefinition"].get("DefinitionName"),
            "TrainingJobName": trial.record.training_job_name,
            "TrainingJobArn": trial.record.arn,
            "CreationTime": trial.record.creation_time,
            "TrainingStartTime": trial.record.training_start_time,
            "TrainingEndTime": trial.record.training_end_time,
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
            _log.exception("tuning job %s: the local AWS failed", self.record.hyper_parameter_tuning_job_name)
            self._stop_trials()
            status, reason = "Failed", f"InternalServerError: the local AWS failed: {error!r}"
        self._publish()
        self.record.failure_reason = reason[:FAILURE_REASON_LENGTH] or None
        self.record.hyper_parameter_tuning_end_time = datetime.now(UTC)
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
        self._publish()
        running = [each for each in self.trials if not each.has_ended]
        return self._is_killed or (not running and (self._verdict is not None or self._is_exhausted))

    def _collect(self, trial: Trial) -> None:
        if trial.has_ended or trial.status in ("InProgress", "Stopping"):
            return
        metrics = trial.record.final_metric_data_list or []
        values = [each["Value"] for each in metrics if each["MetricName"] == self._objective["MetricName"]]
        if trial.status == "Completed" and values and math.isfinite(values[0]):
            trial.value = values[0]
        self._search.tell(trial.key, trial.value)
        trial.has_ended = True
        shown = "no objective" if trial.value is None else f"{self._objective['MetricName']} {trial.value:g}"
        self._tell("InProgress", f"{trial.record.training_job_name} {trial.status}: {shown}, {trial.tuned}", new=False)

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
            tuning_name = self.record.hyper_parameter_tuning_job_name
            name = f"{tuning_name}-{len(self.trials) + 1:03d}-{uuid.uuid4().hex[:8]}"
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
                service.stop(each.record.arn)

    def _publish(self) -> None:
        """What Describe shows."""
        statuses = [each.status for each in self.trials]
        objectives = [_objective_status(each) for each in self.trials]
        self.record.training_job_status_counters = {
            "Completed": statuses.count("Completed"),
            "InProgress": statuses.count("InProgress") + statuses.count("Stopping"),
            "RetryableError": 0,
            "NonRetryableError": statuses.count("Failed"),
            "Stopped": statuses.count("Stopped"),
        }
        self.record.objective_status_counters = {
            each: objectives.count(each) for each in ("Succeeded", "Pending", "Failed")
        }
        self.record.best_training_job = self.summary(self.best) if self.best else None
        seconds = sum(getattr(each.record, "training_time_in_seconds", None) or 0 for each in self.trials)
        self.record.consumed_resources = {"RuntimeInSeconds": seconds}
        details = {"NumberOfTrainingJobsObjectiveNotImproving": self._not_improving()}
        self.record.tuning_job_completion_details = details if self.best else None

    def _tell(self, status: str, message: str = "", *, new: bool = True) -> None:
        self.record.last_modified_time = datetime.now(UTC)
        if new:
            self._publish()
            self.record.hyper_parameter_tuning_job_status = status
        name = self.record.hyper_parameter_tuning_job_name
        events.publish(events.JobEvent("tuning", name, status, status, message or self.record.failure_reason or ""))


_tuners: dict[str, Tuner] = {}


def start(record: Any, request: Mapping[str, Any], search: Search, start_trial: StartTrial) -> None:
    """Starts the tuning job that moto keeps in ``record``; the other arguments are those of :class:`Tuner`."""
    _tuners[record.arn] = Tuner(record, request, search, start_trial)


def find(arn: str) -> Tuner:
    """The tuning job of this ARN, running or ended."""
    return _tuners[arn]


def stop_all() -> None:
    """Keeps every tuning job from starting another trial; the trials end as training jobs do."""
    found = list(_tuners.values())
    _tuners.clear()
    for each in found:
        each.kill()
    for each in found:
        each.join()


def _objective_status(trial: Trial) -> str:
    if trial.value is not None:
        return "Succeeded"
    return "Failed" if trial.has_ended else "Pending"


atexit.register(stop_all)

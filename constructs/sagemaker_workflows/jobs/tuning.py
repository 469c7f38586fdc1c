"""A hyperparameter tuning job: what is searched, how, and from where; its arguments and its request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required, TypedDict

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.fields import seconds
from sagemaker_workflows.jobs.training import TrainingJob, training_request
from sagemaker_workflows.resources.names import JobName


@checks_fields
@dataclass(frozen=True)
class TuningObjective:
    """The metric that tuning improves.

    Args:
        metric_name: As the algorithm publishes it, for XGBoost ``validation:auc``.
        maximize: Whether more is better; default: False, as for an error.
    """

    metric_name: str | PipelineVariable
    maximize: bool = False

    def render(self) -> dict[str, Any]:
        """A ``HyperParameterTuningJobObjective`` of the API."""
        return {"Type": "Maximize" if self.maximize else "Minimize", "MetricName": self.metric_name}


@checks_fields
@dataclass(frozen=True)
class IntegerRange:
    """Whole numbers that a hyperparameter may take.

    Args:
        low: The smallest.
        high: The largest.
        scaling: ``Auto`` (default), ``Linear``, ``Logarithmic`` or ``ReverseLogarithmic``.
    """

    low: int | PipelineVariable
    high: int | PipelineVariable
    scaling: str | None = None


@checks_fields
@dataclass(frozen=True)
class ContinuousRange:
    """Numbers that a hyperparameter may take; arguments as in :class:`IntegerRange`."""

    low: float | PipelineVariable
    high: float | PipelineVariable
    scaling: str | None = None


@checks_fields
@dataclass(frozen=True)
class CategoricalRange:
    """Values that a hyperparameter may take.

    Args:
        values: The values, as strings.
    """

    values: Sequence[str | PipelineVariable]


ParameterRange = IntegerRange | ContinuousRange | CategoricalRange


def render_range(name: str, values: ParameterRange) -> tuple[str, dict[str, Any]]:
    """The list of ``ParameterRanges`` that the range belongs to, and the range as the API has it."""
    if isinstance(values, CategoricalRange):
        return "CategoricalParameterRanges", {"Name": name, "Values": list(values.values)}
    kind = "IntegerParameterRanges" if isinstance(values, IntegerRange) else "ContinuousParameterRanges"
    # The API takes the bounds as strings.
    bounds = {"MinValue": _bound(values.low), "MaxValue": _bound(values.high)}
    return kind, {"Name": name, **bounds, "ScalingType": values.scaling}


def _bound(value: float | PipelineVariable) -> Any:
    return value.as_text() if isinstance(value, PipelineVariable) else str(value)


def render_ranges(ranges: Mapping[str, ParameterRange]) -> dict[str, Any] | None:
    """``ParameterRanges`` of the API; None when nothing is searched."""
    lists: dict[str, list[dict[str, Any]]] = {}
    for name, values in ranges.items():
        kind, entry = render_range(name, values)
        lists.setdefault(kind, []).append(entry)
    return lists or None


@checks_fields
@dataclass(frozen=True)
class WarmStart:
    """What earlier tuning jobs have learned.

    Args:
        parents: Names of one to five of them; they need not belong to this workflow. A task state takes
            :class:`JobName`, a pipeline step text and pipeline variables.
        same_data: True (default): data and algorithm are the same, only ranges or limits differ
            (``IdenticalDataAndAlgorithm``); False: ``TransferLearning``.
    """

    parents: Sequence[JobName | str | PipelineVariable]
    same_data: bool = True

    def render(self) -> dict[str, Any]:
        """A ``WarmStartConfig`` of the API."""
        return {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": each} for each in self.parents],
            "WarmStartType": "IdenticalDataAndAlgorithm" if self.same_data else "TransferLearning",
        }


class TunedTraining(TrainingJob, total=False):
    """The training jobs of a tuning job: those of :class:`TrainingJob`, and what is searched.

    Keys:
        objective: Metric to improve; None: the service searches without one.
        ranges: Hyperparameters to search, by name.
    """

    objective: Required[TuningObjective | None]
    ranges: Required[Mapping[str, ParameterRange]]


class TuningJob(TypedDict, total=False):
    """How a tuning job searches.

    Keys:
        max_jobs: Number of training jobs; None leaves the end to other limits, and to the grid of ``Grid``.
        max_parallel_jobs: How many of them run at a time; default: 1.
        strategy: ``Bayesian`` (default), ``Random``, ``Hyperband`` or ``Grid``.
        early_stopping: Whether training jobs that do not look promising are stopped; default: False.
        max_tuning_runtime: The tuning job is stopped after this long, at least 2 minutes; default: when all training
            jobs have ended.
        random_seed: Makes the choice of values repeatable; default: it is not.
        warm_start: Earlier tuning jobs to begin with; default: none.
    """

    max_jobs: Required[int | PipelineVariable | None]
    max_parallel_jobs: int | PipelineVariable
    strategy: str | PipelineVariable
    early_stopping: bool
    max_tuning_runtime: Duration | PipelineVariable
    random_seed: int | PipelineVariable
    warm_start: WarmStart


def tuning_request(job: TuningJob, searched: TunedTraining | None) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request without name, training definitions and tags.

    Args:
        job: How it searches.
        searched: What it searches; None: each of several training definitions says that itself.
    """
    longest, warm_start = job.get("max_tuning_runtime"), job.get("warm_start")
    objective = searched and searched["objective"]
    config = {
        "Strategy": job.get("strategy", "Bayesian"),
        "HyperParameterTuningJobObjective": objective and objective.render(),
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": job["max_jobs"],
            "MaxParallelTrainingJobs": job.get("max_parallel_jobs", 1),
            "MaxRuntimeInSeconds": longest and seconds(longest),
        },
        "ParameterRanges": searched and render_ranges(searched["ranges"]),
        "TrainingJobEarlyStoppingType": "Auto" if job.get("early_stopping", False) else "Off",
        "RandomSeed": job.get("random_seed"),
    }
    return {"HyperParameterTuningJobConfig": config, "WarmStartConfig": warm_start and warm_start.render()}


def tuned_training_request(
    job: TunedTraining, scope: Construct, path: str, static: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A ``HyperParameterTrainingJobDefinition`` of the API, without role.

    Args:
        job: The training jobs.
        scope: Any construct of the stack.
        path: Construct path, for messages.
        static: Hyperparameters that all training jobs have, as text.

    Raises:
        InvalidParameterError: Arguments contradict each other: a hyperparameter is both searched and static, say.
    """
    if both := sorted(job["ranges"].keys() & (static or {}).keys()):
        raise InvalidParameterError(path, f"ranges[{both[0]!r}]", "is static as well; leave one of the two out")
    return {**training_request(job, scope, path), "StaticHyperParameters": static}

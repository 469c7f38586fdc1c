"""Tuning steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines import names
from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepRun
from local_aws.sagemaker.pipelines.steps.jobs import JobKind, run_job

_KIND = JobKind("HyperParameterTuningJob", "TuningJob")
# What references to the best training jobs can name: TrainingJobSummaries[0] to [49].
_SUMMARIES = 50


def run(step: StepRun) -> Mapping[str, Any]:
    """Runs the tuning job.

    Returns:
        The properties of DescribeHyperParameterTuningJob, and ``TrainingJobSummaries``: the best training job first.
    """
    name = names.tuning_job_name(step.execution.execution_id, step.name)
    job = run_job(step, _KIND, name=name)
    return {**job, "TrainingJobSummaries": _summaries(step, name, _is_maximized(job))}


def _is_maximized(job: Mapping[str, Any]) -> bool:
    objective = job["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective") or {}
    return bool(objective.get("Type") == "Maximize")


def _summaries(step: StepRun, name: str, is_maximized: bool) -> list[dict[str, Any]]:
    request = {
        "HyperParameterTuningJobName": name,
        "SortBy": "FinalObjectiveMetricValue",
        "SortOrder": "Descending" if is_maximized else "Ascending",
        "MaxResults": _SUMMARIES,
    }
    found: list[dict[str, Any]] = invoke(step, "ListTrainingJobsForHyperParameterTuningJob", request)[
        "TrainingJobSummaries"
    ]
    return found

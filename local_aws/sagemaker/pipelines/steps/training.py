"""Training steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.base import StepRun
from local_aws.sagemaker.pipelines.steps.jobs import JobKind, run_job

_KIND = JobKind("TrainingJob", "TrainingJob")


def run(step: StepRun) -> Mapping[str, Any]:
    """Runs the training job; the properties are those of DescribeTrainingJob."""
    return run_job(step, _KIND)

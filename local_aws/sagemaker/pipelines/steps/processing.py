"""Processing steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.base import StepRun
from local_aws.sagemaker.pipelines.steps.jobs import JobKind, run_job

_KIND = JobKind("ProcessingJob", "ProcessingJob")


def run(step: StepRun) -> Mapping[str, Any]:
    """Runs the processing job; the properties are those of DescribeProcessingJob."""
    return run_job(step, _KIND)

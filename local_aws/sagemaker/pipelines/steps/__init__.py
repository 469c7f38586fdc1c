"""The executors of steps, one module per type; a type that is not listed is not available locally."""

from __future__ import annotations

from local_aws.sagemaker.pipelines.steps import (
    clarify_check,
    condition,
    endpoint,
    endpoint_config,
    fail,
    model,
    processing,
    quality_check,
    training,
    transform,
    tuning,
)
from local_aws.sagemaker.pipelines.steps.base import Executor

#: Executor of each step type.
EXECUTORS: dict[str, Executor] = {
    "ClarifyCheck": clarify_check.run,
    "Condition": condition.run,
    "Endpoint": endpoint.run,
    "EndpointConfig": endpoint_config.run,
    "Fail": fail.run,
    "Model": model.run,
    "Processing": processing.run,
    "QualityCheck": quality_check.run,
    "Training": training.run,
    "Transform": transform.run,
    "Tuning": tuning.run,
}

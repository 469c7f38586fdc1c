"""The executors of steps, one module per type; a type that is not listed is not available locally."""

from __future__ import annotations

from collections.abc import Mapping

from local_aws.sagemaker.pipelines.steps import (
    callback,
    clarify_check,
    condition,
    endpoint,
    endpoint_config,
    fail,
    lambda_,
    model,
    processing,
    quality_check,
    register_model,
    training,
    transform,
    tuning,
)
from local_aws.sagemaker.pipelines.steps.base import Executor

#: Executor of each step type.
EXECUTORS: Mapping[str, Executor] = {
    "Callback": callback.run,
    "ClarifyCheck": clarify_check.run,
    "Condition": condition.run,
    "Endpoint": endpoint.run,
    "EndpointConfig": endpoint_config.run,
    "Fail": fail.run,
    "Lambda": lambda_.run,
    "Model": model.run,
    "Processing": processing.run,
    "RegisterModel": register_model.run,
    "QualityCheck": quality_check.run,
    "Training": training.run,
    "Transform": transform.run,
    "Tuning": tuning.run,
}

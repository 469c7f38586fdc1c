"""The executors of steps, one module per type; a type that is not listed is not available locally."""

from __future__ import annotations

from local_aws.sagemaker.pipelines.steps import callback, lambda_
from local_aws.sagemaker.pipelines.steps.base import Executor

#: Executor of each step type.
EXECUTORS: dict[str, Executor] = {
    "Callback": callback.run,
    "Lambda": lambda_.run,
}

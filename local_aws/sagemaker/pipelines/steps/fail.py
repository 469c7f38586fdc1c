"""Fail steps: they end the execution with a message.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-fail
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun


def run(step: StepRun) -> Mapping[str, Any]:
    """Raises StepFailedError with the ``ErrorMessage`` of the step."""
    message = str(step.arguments.get("ErrorMessage", ""))
    step.metadata["Fail"] = {"ErrorMessage": message}
    raise StepFailedError(message)

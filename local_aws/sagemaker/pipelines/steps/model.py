"""Model steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepRun


def run(step: StepRun) -> Mapping[str, Any]:
    """Creates the model; the properties are those of DescribeModel."""
    step.raise_if_stopped()
    named = {"ModelName": step.job_name}
    created = invoke(step, "CreateModel", {**step.arguments, **named})
    step.metadata["Model"] = {"Arn": created["ModelArn"]}
    return invoke(step, "DescribeModel", named)

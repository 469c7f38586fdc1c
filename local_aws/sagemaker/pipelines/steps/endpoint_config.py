"""EndpointConfig steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepRun


def run(step: StepRun) -> Mapping[str, Any]:
    """Creates the endpoint configuration, under its own name if it has one.

    Returns:
        The properties of DescribeEndpointConfig.
    """
    step.raise_if_stopped()
    named = {"EndpointConfigName": step.arguments.get("EndpointConfigName") or step.job_name}
    created = invoke(step, "CreateEndpointConfig", {**step.arguments, **named})
    step.metadata["EndpointConfig"] = {"Arn": created["EndpointConfigArn"]}
    return invoke(step, "DescribeEndpointConfig", named)

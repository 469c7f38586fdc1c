"""Endpoint steps.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import POLL_SECONDS, invoke
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun

_SETTLED = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})


def run(step: StepRun) -> Mapping[str, Any]:
    """Creates the endpoint, or updates it if there is one of that name, and waits until it is in service.

    Returns:
        The properties of DescribeEndpoint.
    """
    step.raise_if_stopped()
    request = {**step.arguments, "EndpointName": step.arguments.get("EndpointName") or step.job_name}
    named = {"EndpointName": request["EndpointName"]}
    if _exists(step, named):
        changes = {key: value for key, value in request.items() if key != "Tags"}
        answer = invoke(step, "UpdateEndpoint", changes)
    else:
        answer = invoke(step, "CreateEndpoint", request)
    step.metadata["Endpoint"] = {"Arn": answer["EndpointArn"]}
    return _settled(step, named, request["EndpointConfigName"])


def _exists(step: StepRun, named: Mapping[str, str]) -> bool:
    try:
        invoke(step, "DescribeEndpoint", named)
    except StepFailedError as error:
        if "Could not find endpoint" in str(error):
            return False
        raise
    return True


def _settled(step: StepRun, named: Mapping[str, str], config_name: str) -> dict[str, Any]:
    while True:
        endpoint = invoke(step, "DescribeEndpoint", named)
        if endpoint["EndpointStatus"] in _SETTLED:
            break
        # There is no call that stops the creation of an endpoint: a stop of the execution waits for it as well.
        threading.Event().wait(POLL_SECONDS)
    if endpoint["EndpointStatus"] == "InService" and endpoint["EndpointConfigName"] == config_name:
        step.raise_if_stopped()
        return endpoint
    reason = endpoint.get("FailureReason") or f"the endpoint is {endpoint['EndpointStatus']}"
    raise StepFailedError(f"ClientError: {reason}")

"""Calls that a step makes with the role of the pipeline, and what their refusals mean to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun

#: Seconds between two looks at a job.
POLL_SECONDS = 0.2
# As RetryPolicies name the refusals of an API: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
_THROTTLING = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"})
_LIMITS = frozenset({"ResourceLimitExceeded", "LimitExceededException"})
_SERVER_ERROR = 500


def invoke(step: StepRun, operation: str, request: Mapping[str, Any], *, service: str = "sagemaker") -> dict[str, Any]:
    """Calls an operation with the role of the pipeline.

    Args:
        step: The step.
        operation: As the API spells it, as in ``CreateTrainingJob``.
        request: Its parameters; those that are None are left out.
        service: boto3 name of the service.

    Returns:
        The response, without ``ResponseMetadata``.

    Raises:
        StepFailedError: The call was refused; tells why, and how retry policies call it.
    """
    client = step.client(service)
    try:
        response: dict[str, Any] = getattr(client, xform_name(operation))(**without_nulls(request))
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        raise StepFailedError(
            f"ClientError: Failed to invoke {service}:{operation}. Error Details: {code}: {message}",
            exception_type=exception_type(error),
        ) from error
    except ParamValidationError as error:
        text = " ".join(str(error).split())
        raise StepFailedError(f"ClientError: Failed to invoke {service}:{operation}. Error Details: {text}") from error
    except BotoCoreError as error:
        raise StepFailedError(
            f"InternalServerError: Failed to invoke {service}:{operation}. Error Details: {error}",
            exception_type="Step.SERVICE_FAULT",
        ) from error
    response.pop("ResponseMetadata", None)
    return response


def exception_type(error: ClientError) -> str | None:
    """How retry policies call the refusal of an API; None when they cannot name it."""
    code = error.response["Error"]["Code"]
    if code in _THROTTLING:
        return "Step.THROTTLING"
    if code in _LIMITS:
        return "SageMaker.RESOURCE_LIMIT"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return "Step.SERVICE_FAULT" if status >= _SERVER_ERROR else None


def job_exception_type(reason: str) -> str | None:
    """How retry policies call the failure of a job, by its ``FailureReason``; None when they cannot name it."""
    if reason.startswith("InternalServerError"):
        return "SageMaker.JOB_INTERNAL_ERROR"
    if reason.startswith("CapacityError") or "InsufficientCapacity" in reason:
        return "SageMaker.CAPACITY_ERROR"
    return None


def without_nulls(value: Any) -> Any:
    """The value without the members of its objects that are null, which the service takes for absent."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value

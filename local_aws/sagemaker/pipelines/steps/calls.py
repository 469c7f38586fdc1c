"""Calls of other services by Lambda and Callback steps."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.errors import AccessDeniedError
from local_aws.sagemaker.pipelines.steps.base import StepFailedError

_THROTTLING = ("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestThrottled")


@contextlib.contextmanager
def failing(action: str) -> Iterator[None]:
    """Makes a refused or failed call the failure of the step.

    Args:
        action: The call as IAM names it, as in ``sqs:SendMessage``.

    Raises:
        StepFailedError: With the service's error code and message.
    """
    try:
        yield
    except ClientError as error:
        details = error.response["Error"]
        reason = f"ClientError: Failed to invoke {action}. Error Details: {details['Code']}: {details['Message']}"
        raise StepFailedError(reason, exception_type=_exception_type(error)) from error
    except (AccessDeniedError, BotoCoreError) as error:
        raise StepFailedError(f"ClientError: Failed to invoke {action}. Error Details: {error}") from error


def _exception_type(error: ClientError) -> str | None:
    if error.response["Error"]["Code"] in _THROTTLING:
        return "Step.THROTTLING"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return "Step.SERVICE_FAULT" if status >= 500 else None

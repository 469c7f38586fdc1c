"""Stack events and the reasons they give: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html."""

from __future__ import annotations

import json
import logging
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.models import Event
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from local_aws.base.errors import LocalAwsError
from local_aws.cloudformation.stack import Stack

logger = logging.getLogger(__name__)


def record(
    stack: Stack,
    logical_id: str,
    resource_type: str,
    status: str,
    *,
    physical_id: str = "",
    reason: str | None = None,
    properties: Any = None,
) -> None:
    """Adds an event of a resource to ``stack``."""
    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=logical_id,
        physical_resource_id=physical_id,
        resource_type=resource_type,
        resource_status=status,
        resource_status_reason=reason,
        resource_properties=None if properties is None else json.dumps(properties, default=str),
    )
    event.sendToSns(stack.account_id, stack.region_name, stack.notification_arns)
    stack.events.append(event)


def set_status(stack: Stack, status: str, reason: str | None = None) -> None:
    """Gives the stack its status, and tells it by an event."""
    # First the event: whoever waits for the status then finds the events complete.
    record(stack, stack.name, "AWS::CloudFormation::Stack", status, physical_id=stack.stack_id, reason=reason)
    stack.stack_status_reason = reason
    stack.status = status
    logger.info("stack %s: %s%s", stack.name, status, f": {reason}" if reason else "")


def reason_of(error: Exception) -> str:
    """What a failed resource gives as its reason."""
    if isinstance(error, LocalAwsError):
        return str(error)
    if isinstance(error, ClientError):
        service = error.operation_name
        details = error.response["Error"]
        status = error.response["ResponseMetadata"].get("HTTPStatusCode")
        return f"{details.get('Message')} (Operation: {service}, Status Code: {status}, Error Code: {details['Code']})"
    if isinstance(error, ServiceException | HTTPException):
        # moto's errors of both generations have a message of their own.
        return str(getattr(error, "message", None) or error)
    logger.error("CloudFormation resource", exc_info=error)
    return f"Internal error of the local AWS: {type(error).__name__}: {error} (see the log of the server)"

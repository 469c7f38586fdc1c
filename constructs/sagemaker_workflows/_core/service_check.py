"""Requests, checked against the model of the service that they are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws_cdk import Annotations
from constructs import Construct

from sagemaker_rules.service_model import check_request
from sagemaker_workflows._core.errors import InvalidParameterError


def check_service_request(
    operation: str,
    request: Mapping[str, Any],
    path: str,
    *,
    is_dynamic: Callable[[Any], bool],
    service: str = "sagemaker",
    region: str | None = None,
) -> list[str]:
    """What is doubtful about a request, in words.

    Args:
        operation: As in ``CreateTrainingJob``.
        request: The request, in the API's own spelling.
        path: Construct path, for messages.
        is_dynamic: Whether a value in it is known only later.
        service: botocore's name of the service.
        region: Region that it is sent to, where that is known.

    Raises:
        InvalidParameterError: The service would refuse it; names path, field and rule.
    """
    findings = check_request(operation, request, is_dynamic=is_dynamic, service=service, region=region)
    if errors := [finding for finding in findings if not finding.is_warning]:
        raise refusal(path, errors)
    return [f"{finding.path}: {finding.message}" for finding in findings]


def refusal(path: str, errors: Sequence[Any]) -> InvalidParameterError:
    """One error for all findings of a check, the first one first."""
    first, *others = errors
    more = "".join(f"; {other.path}: {other.message} ({other.rule})" for other in others)
    return InvalidParameterError(path, first.path, f"{first.message} ({first.rule}){more}")


def warn_of_parameters(construct: Construct, warnings: list[str]) -> None:
    """Shows at synth what is doubtful about the request of a construct."""
    for warning in warnings:
        Annotations.of(construct).add_warning_v2("sagemaker-workflows:parameter", warning)

"""What SageMaker's API says about a request, and what it answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from sagemaker_rules.api_messages import validation_message
from sagemaker_rules.service_model import output_shape

__all__ = ["check_request", "output_fields"]

check_request = validation_message


@cache
def output_fields(operation: str) -> frozenset[str]:
    """Names of the fields of the response of a SageMaker operation."""
    shape: Any = output_shape(operation)
    return frozenset(shape.members)

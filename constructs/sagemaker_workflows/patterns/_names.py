"""Names of jobs and models, with the step and the argument in the message of an illegal prefix."""

from __future__ import annotations

from constructs import Construct

from sagemaker_workflows._core.errors import InvalidNameError, InvalidParameterError
from sagemaker_workflows.resources.names import JobName


def job_name(step: Construct, field: str, prefix: str) -> JobName:
    """A unique name; InvalidParameterError with the path of ``step`` and ``field`` if the prefix is not legal."""
    try:
        return JobName.unique(prefix)
    except InvalidNameError as error:
        raise InvalidParameterError(step.node.path, field, str(error)) from None

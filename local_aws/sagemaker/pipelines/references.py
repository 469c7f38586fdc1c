"""The references of a pipeline definition, read as the rules read them."""

from __future__ import annotations

from local_aws.base.errors import LocalAwsError
from sagemaker_rules.pipelines.references import (
    PathPart,
    Reference,
    find,
    is_function,
    is_get,
    is_reference,
    parse,
    parse_path,
)

__all__ = [
    "DefinitionError",
    "PathPart",
    "Reference",
    "find",
    "is_function",
    "is_get",
    "is_reference",
    "parse",
    "parse_path",
]


class DefinitionError(LocalAwsError):
    """A pipeline definition that the service would refuse; the text names the step."""

"""A pipeline definition that is too long to stand in the template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

#: Bytes of a definition above which it is put into S3, as the SageMaker SDK does.
INLINE_LIMIT = 100 * 1024


def definition_length(scope: Construct, document: Mapping[str, Any]) -> int:
    """Length of a definition as JSON, in bytes; what CloudFormation fills in counts as it stands in the template."""
    return len(json.dumps(Stack.of(scope).resolve(document)).encode())


class DefinitionObject(Construct):
    """Puts a definition into S3 before the pipeline is created.

    Args:
        scope: Parent construct.
        id: Construct id.
        document: The definition; texts may hold CDK tokens.
        bucket: Bucket that keeps it.
    """

    def __init__(self, scope: Construct, id: str, *, document: Mapping[str, Any], bucket: s3.IBucket) -> None:
        super().__init__(scope, id)
        raise NotImplementedError

    @property
    def location(self) -> dict[str, Any]:
        """The template's ``PipelineDefinitionS3Location``."""
        raise NotImplementedError

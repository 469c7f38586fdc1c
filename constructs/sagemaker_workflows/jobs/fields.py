"""Parts of requests that several SageMaker actions have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aws_cdk import Duration, Size
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.variables import PipelineVariable


def gibibytes(size: Size | PipelineVariable) -> Any:
    """``size`` in GiB."""
    return size if isinstance(size, PipelineVariable) else size.to_gibibytes()


def seconds(duration: Duration | PipelineVariable) -> Any:
    """``duration`` in seconds."""
    return duration if isinstance(duration, PipelineVariable) else duration.to_seconds()


class _Rendered(Protocol):
    def render(self) -> dict[str, Any]: ...


def raw(part: _Rendered | Mapping[str, Any]) -> Mapping[str, Any]:
    """``part`` in the API's own spelling, in which it may have been given already."""
    return part if isinstance(part, Mapping) else part.render()


def key_arn(key: kms.IKey | None) -> str | None:
    """ARN of the key, if there is one."""
    return key.key_arn if key else None


def places(argument: str, parts: Sequence[Any], field: str) -> dict[str, Any]:
    """Places in S3 by the argument that names them, for a role; a part in the API's own spelling is not known."""
    return {f"{argument}[{index}]": getattr(each, field, each) for index, each in enumerate(parts)}

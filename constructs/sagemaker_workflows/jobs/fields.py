"""Parts of requests that several SageMaker actions have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aws_cdk import Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.variables import PipelineVariable


def gibibytes(size: Size | PipelineVariable) -> Any:
    """``size`` in GiB."""
    return size if isinstance(size, PipelineVariable) else size.to_gibibytes()


def seconds(duration: Duration | PipelineVariable) -> Any:
    """``duration`` in seconds."""
    return duration if isinstance(duration, PipelineVariable) else duration.to_seconds()


class _Rendered(Protocol):
    def render(self) -> dict[str, Any]: ...


@checks_fields
@dataclass(frozen=True)
class JobNetwork:
    """Subnets and security groups of the team's own that a job or a model is attached to.

    The execution role needs permission for network interfaces there: give it as its ``network``, too.

    Args:
        subnets: One or more, in different Availability Zones for an endpoint.
        security_groups: One to five.
    """

    subnets: Sequence[ec2.ISubnet]
    security_groups: Sequence[ec2.ISecurityGroup]

    def render(self) -> dict[str, Any]:
        """A ``VpcConfig`` of the API."""
        return {
            "SecurityGroupIds": [each.security_group_id for each in self.security_groups],
            "Subnets": [each.subnet_id for each in self.subnets],
        }


def raw(part: _Rendered | Mapping[str, Any]) -> Mapping[str, Any]:
    """``part`` in the API's own spelling, in which it may have been given already."""
    return part if isinstance(part, Mapping) else part.render()


def key_arn(key: kms.IKey | None) -> str | None:
    """ARN of the key, if there is one."""
    return key.key_arn if key else None

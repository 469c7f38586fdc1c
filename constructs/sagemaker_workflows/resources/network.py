"""The network of a team's own that jobs and models are attached to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2

from sagemaker_workflows._core.arguments import checks_fields


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

"""Model package groups as arguments of steps."""

from __future__ import annotations

from typing import Protocol

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.pipelines.permissions import allow, arn
from sagemaker_workflows.pipelines.steps._name_patterns import name_patterns
from sagemaker_workflows.variables import PipelineVariable


class NamedModelPackageGroup(Protocol):
    """A construct of a model package group."""

    @property
    def model_package_group_name(self) -> str:
        """Name of the group."""
        ...


#: A model package group by its construct, its name, or its ARN, as for one of another account.
Group = NamedModelPackageGroup | str | PipelineVariable


def group_name(group: Group) -> str | PipelineVariable:
    """Name of the group for a request."""
    return group if isinstance(group, str | PipelineVariable) else group.model_package_group_name


def group_arns(scope: Construct, group: Group) -> list[str]:
    """ARNs of the group, as far as its name is known."""
    if given := _given_arn(group):
        return [given]
    return [arn(scope, "sagemaker", f"model-package-group/{each}") for each in name_patterns(group_name(group))]


def version_arns(scope: Construct, group: Group) -> list[str]:
    """ARN patterns of the versions in the group."""
    if given := _given_arn(group):
        return [f"{given.replace(':model-package-group/', ':model-package/')}/*"]
    return [arn(scope, "sagemaker", f"model-package/{each}/*") for each in name_patterns(group_name(group))]


def _given_arn(group: Group) -> str | None:
    name = group_name(group)
    return name if isinstance(name, str) and ":model-package-group/" in name else None


def find_versions(scope: Construct, group: Group) -> list[iam.PolicyStatement]:
    """Looking for the version that was approved last, whose baselines check steps compare with."""
    return [
        # IAM cannot restrict the listing to a group.
        allow(["sagemaker:ListModelPackages"], ["*"]),
        allow(["sagemaker:DescribeModelPackage"], version_arns(scope, group)),
    ]

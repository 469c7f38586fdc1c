"""Model package groups as arguments of steps."""

from __future__ import annotations

from typing import Protocol

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.pipelines.name_patterns import name_patterns

_GROUP = "model-package-group"


class NamedModelPackageGroup(Protocol):
    """A construct of a model package group."""

    @property
    def model_package_group_name(self) -> str:
        """Name of the group."""
        ...


#: A model package group by its construct, its name or, for one of another account, its ARN.
ModelPackageGroupReference = NamedModelPackageGroup | str | PipelineVariable


def group_name(group: ModelPackageGroupReference) -> str | PipelineVariable:
    """Name of the group for a request."""
    return group if isinstance(group, str | PipelineVariable) else group.model_package_group_name


def group_arns(scope: Construct, group: ModelPackageGroupReference) -> list[str]:
    """ARNs of the group, as far as its name is known."""
    account, names = _place(scope, group)
    return [f"{account}:{_GROUP}/{each}" for each in names]


def version_arns(scope: Construct, group: ModelPackageGroupReference) -> list[str]:
    """ARN patterns of the versions in the group."""
    account, names = _place(scope, group)
    return [f"{account}:model-package/{each}/*" for each in names]


def _place(scope: Construct, group: ModelPackageGroupReference) -> tuple[str, list[str]]:
    """The beginning of the group's ARN up to its account, and patterns of its name."""
    name = group_name(group)
    if isinstance(name, str) and f":{_GROUP}/" in name:
        account, _, name = name.partition(f":{_GROUP}/")
        return account, name_patterns(name)
    return arn(scope, "sagemaker", "").removesuffix(":"), name_patterns(name)


def find_versions(scope: Construct, group: ModelPackageGroupReference) -> list[iam.PolicyStatement]:
    """Looking for the version that was approved last, whose baselines check steps compare with."""
    return [
        # IAM cannot restrict the listing to a group.
        allow(["sagemaker:ListModelPackages"], ["*"]),
        allow(["sagemaker:DescribeModelPackage"], version_arns(scope, group)),
    ]

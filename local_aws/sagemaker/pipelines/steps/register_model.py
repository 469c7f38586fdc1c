"""RegisterModel steps: a new version in the model registry.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-register-model
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun
from local_aws.sagemaker.registry.notices import GROUP_EXISTS, NO_GROUP


def run(step: StepRun) -> Mapping[str, Any]:
    """Registers the model package with the pipeline's role; the properties are those of DescribeModelPackage.

    A group that does not exist is created, with the step's tags, for which the role needs
    ``sagemaker:CreateModelPackageGroup``. An existing group keeps its tags: a version has none of its own.

    Raises:
        StepFailedError: The registry refuses the request, or the role may not make it.
    """
    step.raise_if_stopped()
    request = dict(step.arguments)
    group = request.get("ModelPackageGroupName")
    tags = request.pop("Tags", None) if group else None
    try:
        created = invoke(step, "CreateModelPackage", request)
    except StepFailedError as failure:
        # A group of another account is named by its ARN; nobody but that account creates it.
        if NO_GROUP not in str(failure) or str(group).startswith("arn:"):
            raise
        _create_group(step, {"ModelPackageGroupName": group, "Tags": tags or None})
        created = invoke(step, "CreateModelPackage", request)
    step.metadata["RegisterModel"] = {"Arn": created["ModelPackageArn"]}
    return invoke(step, "DescribeModelPackage", {"ModelPackageName": created["ModelPackageArn"]})


def _create_group(step: StepRun, request: Mapping[str, Any]) -> None:
    try:
        invoke(step, "CreateModelPackageGroup", request)
    except StepFailedError as failure:
        # Another step of the execution may have been faster.
        if GROUP_EXISTS not in str(failure):
            raise

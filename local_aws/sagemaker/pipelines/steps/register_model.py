"""The RegisterModel step: a new version in the model registry.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-register-model
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local_aws.errors import LocalAwsError
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun
from local_aws.sagemaker.registry.notices import NO_GROUP

# Error codes that a retry policy of the step can name.
_RETRIED = {
    "ThrottlingException": "Step.THROTTLING",
    "InternalFailure": "Step.SERVICE_FAULT",
    "ServiceUnavailable": "Step.SERVICE_FAULT",
}


def run(step: StepRun) -> Mapping[str, Any]:
    """Registers the model package with the pipeline's role; returns the answer of DescribeModelPackage.

    A group that does not exist is created, with the step's tags, for which the role needs
    ``sagemaker:CreateModelPackageGroup``. An existing group keeps its tags: a version has none of its own.

    Raises:
        StepFailedError: The registry refuses the request, or the role may not make it.
    """
    step.raise_if_stopped()
    request = dict(step.arguments)
    tags = request.pop("Tags", None) if request.get("ModelPackageGroupName") else None
    arn = _calling("CreateModelPackage", lambda: _register(step, request, tags or []))
    step.metadata["RegisterModel"] = {"Arn": arn}
    sagemaker = step.client("sagemaker")
    answer = _calling("DescribeModelPackage", lambda: sagemaker.describe_model_package(ModelPackageName=arn))
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _register(step: StepRun, request: Mapping[str, Any], tags: list[dict[str, str]]) -> str:
    sagemaker = step.client("sagemaker")
    try:
        return str(sagemaker.create_model_package(**request)["ModelPackageArn"])
    except ClientError as error:
        group = request.get("ModelPackageGroupName", "")
        # A group of another account is named by its ARN; nobody but that account creates it.
        if NO_GROUP not in error.response["Error"]["Message"] or group.startswith("arn:"):
            raise
    _create_group(sagemaker, group, tags)
    return str(sagemaker.create_model_package(**request)["ModelPackageArn"])


def _create_group(sagemaker: Any, name: str, tags: list[dict[str, str]]) -> None:
    try:
        sagemaker.create_model_package_group(ModelPackageGroupName=name, **({"Tags": tags} if tags else {}))
    except ClientError as error:
        # Another step of the execution may have been faster.
        if "already exists" not in error.response["Error"]["Message"]:
            raise


def _calling(operation: str, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        raise StepFailedError(
            f"ClientError: {error.operation_name}: {code}: {message}", exception_type=_RETRIED.get(code)
        ) from error
    except ParamValidationError as error:
        reason = " ".join(str(error).split())
        raise StepFailedError(f"ClientError: {operation}: {reason}") from error
    except LocalAwsError as error:
        raise StepFailedError(f"ClientError: {operation}: {error}") from error

"""What the registry tells the outside world."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.sagemaker.models import SageMakerModelBackend

from local_aws import events
from local_aws.sagemaker.registry.records import ModelPackage

#: CreateModelPackage in a group that there is not.
NO_GROUP = "Model Package Group does not exist."
#: CreateModelPackageGroup with a name that is taken.
GROUP_EXISTS = "Model Package Group already exists"
DETAIL_TYPE = "SageMaker Model Package State Change"


def state_changed(backend: SageMakerModelBackend, package: ModelPackage) -> None:
    """Sends the event to the default bus of the account that owns the package.

    Its detail is the answer of DescribeModelPackage, with times in ISO 8601.
    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    events.publish(
        source="aws.sagemaker",
        detail_type=DETAIL_TYPE,
        detail=_plain(package.describe()),
        resources=[package.arn],
        account=backend.account_id,
        region=backend.region_name,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value

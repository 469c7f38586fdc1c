"""What the registry tells the outside world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from local_aws.sagemaker.registry.records import ModelPackage

#: CreateModelPackage in a group that there is not.
NO_GROUP = "Model Package Group does not exist."
#: CreateModelPackageGroup with a name that is taken.
GROUP_EXISTS = "Model Package Group already exists"
DETAIL_TYPE = "SageMaker Model Package State Change"


#: Sends an event to a bus; see :meth:`local_aws.events.bus.EventBus.publish`.
PublishEvent = Callable[..., Any]


def state_changed(publish_event: PublishEvent, package: ModelPackage) -> None:
    """Sends the event to the default bus of the account that owns the package.

    Its detail is the answer of DescribeModelPackage, with times in ISO 8601.
    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    _, _, _, region, account, _ = package.arn.split(":", 5)
    publish_event(
        source="aws.sagemaker",
        detail_type=DETAIL_TYPE,
        detail=_plain(package.describe()),
        resources=[package.arn],
        account=account,
        region=region,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value

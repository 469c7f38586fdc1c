"""Finds the class of a resource type among those of this package."""

from __future__ import annotations

from local_aws.cloudformation.resources import (
    alarms,
    bucket,
    cdk,
    custom,
    eventbridge,
    iam,
    keys,
    lambda_parts,
    logs,
    messaging,
    policies,
    sagemaker,
)
from local_aws.cloudformation.resources.base import LocalResource

_CLASSES: tuple[type[LocalResource], ...] = (
    alarms.Alarm,
    bucket.Bucket,
    cdk.AutoDeleteObjects,
    cdk.BucketDeployment,
    cdk.Metadata,
    eventbridge.EventBus,
    eventbridge.EventBusPolicy,
    eventbridge.Rule,
    iam.ManagedPolicy,
    iam.Policy,
    iam.Role,
    keys.Alias,
    keys.Key,
    lambda_parts.LayerVersion,
    lambda_parts.Permission,
    lambda_parts.Version,
    logs.LogGroup,
    messaging.Queue,
    messaging.Subscription,
    messaging.Topic,
    policies.BucketPolicy,
    policies.QueuePolicy,
    policies.TopicPolicy,
    sagemaker.ModelPackageGroup,
    sagemaker.Pipeline,
)
_BY_TYPE = {each.resource_type: each for each in _CLASSES}


def find(resource_type: str) -> type[LocalResource] | None:
    """The class, or None if the type is left to moto."""
    if resource_type in _BY_TYPE:
        return _BY_TYPE[resource_type]
    if resource_type == custom.CustomResource.resource_type or resource_type.startswith("Custom::"):
        return custom.CustomResource
    return None

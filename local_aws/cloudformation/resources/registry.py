"""Finds the class of a resource type: one of this package, else moto's."""

from __future__ import annotations

from typing import Any, Final

from local_aws.base.errors import NotSupportedLocallyError
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
    moto_types,
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
_BY_TYPE: Final = {each.resource_type: each for each in _CLASSES}
# moto's nested stacks know neither failures nor outputs.
_REFUSED = frozenset({"AWS::CloudFormation::Stack"})


def class_of(resource_type: str) -> Any:
    """The class of a resource type: ours, derived from LocalResource, or moto's.

    Raises:
        NotSupportedLocallyError: There is none.
    """
    if resource_type in _BY_TYPE:
        return _BY_TYPE[resource_type]
    if resource_type == custom.CustomResource.resource_type or resource_type.startswith("Custom::"):
        return custom.CustomResource
    if (found := moto_types.find(resource_type)) and resource_type not in _REFUSED:
        return found
    raise NotSupportedLocallyError(f"resource type {resource_type} is not supported by the local AWS")


def name_property_of(resource_type: str) -> str:
    """The property that gives a resource its physical name; empty if none does."""
    found = class_of(resource_type)
    # moto's StateMachine says the name of its type instead, which does no harm.
    return found.name_property if issubclass(found, LocalResource) else str(found.cloudformation_name_type() or "")


def has_attribute(resource_type: str, name: str) -> bool:
    """Whether Fn::GetAtt knows an attribute of a resource type."""
    found = class_of(resource_type)
    return bool(found.has_attribute(name) if issubclass(found, LocalResource) else found.has_cfn_attr(name))

"""Resolves the definition of a resource, and calls the class of its type to create, update or delete it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation import names
from local_aws.cloudformation.resources.base import LocalResource
from local_aws.cloudformation.template import TemplateError

#: Types that take a ``Tags`` list of keys and values; the tags of the stack are added to it.
_TAGGED_TYPES = frozenset(
    {
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::StepFunctions::StateMachine",
    }
)
#: Errors of a deletion that say that there is nothing to delete.
_GONE = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    }
)


@dataclass(frozen=True)
class Call:
    """What a call of a resource class is about.

    Args:
        stack: moto's stack.
        logical_id: The resource.
        resources: moto's resource map of the template.
    """

    stack: Any
    logical_id: str
    resources: Any

    @property
    def source(self) -> dict[str, Any]:
        """The part of the template."""
        source: dict[str, Any] = self.resources._resource_json_map[self.logical_id]
        return source


def resolve(call: Call) -> dict[str, Any]:
    """Type and properties, with all functions resolved, parameters put in and the stack's tags added."""
    from moto.cloudformation.parsing import clean_json

    source = {"Type": call.source["Type"], "Properties": call.source.get("Properties", {})}
    try:
        definition = clean_json(source, call.resources)
    except KeyError as error:
        raise TemplateError(f"Template error: Unable to get mapping for key {error}") from error
    resolved: dict[str, Any] = json.loads(json.dumps(definition, default=str))
    if resolved["Type"] in _TAGGED_TYPES and call.resources.tags:
        own = resolved["Properties"].get("Tags", [])
        named = {tag["Key"] for tag in own}
        added = [{"Key": key, "Value": value} for key, value in call.resources.tags.items() if key not in named]
        resolved["Properties"]["Tags"] = own + added
    return resolved


def create_resource(call: Call, definition: dict[str, Any]) -> Any:
    """The new resource; raises whatever its class raises."""
    resource_class = _class_of(definition["Type"])
    resource = resource_class.create_from_cloudformation_json(
        _physical_name(call, definition),
        copy.deepcopy(definition),
        call.stack.account_id,
        call.stack.region_name,
        LogicalId=call.logical_id,
        StackId=call.stack.stack_id,
        ResourceType=definition["Type"],
    )
    return _named(resource, call.logical_id, definition)


def update_resource(call: Call, resource: Any, definition: dict[str, Any]) -> Any:
    """The changed resource, or another one that takes its place; raises whatever its class raises."""
    update = _class_of(definition["Type"]).update_from_cloudformation_json
    if getattr(update, "__isabstractmethod__", False):
        raise NotSupportedLocallyError(
            f"{definition['Type']} {call.logical_id}: updates are not supported by the local AWS; deploy to a fresh one"
        )
    changed = update(
        original_resource=resource,
        new_resource_name=_physical_name(call, definition),
        cloudformation_json=copy.deepcopy(definition),
        account_id=call.stack.account_id,
        region_name=call.stack.region_name,
    )
    return _named(changed or resource, call.logical_id, definition)


def delete_resource(stack: Any, resource: Any, definition: dict[str, Any]) -> None:
    """Deletes the resource; it is no error if it is already gone."""
    resource_class = _class_of(definition["Type"])
    delete_definition = resource_class.delete_from_cloudformation_json
    try:
        if isinstance(resource, LocalResource):
            resource.delete()
        elif not getattr(delete_definition, "__isabstractmethod__", False):
            delete_definition(
                resource.physical_resource_id, copy.deepcopy(definition), stack.account_id, stack.region_name
            )
        elif hasattr(resource, "delete"):
            resource.delete(stack.account_id, stack.region_name)
        else:
            raise NotSupportedLocallyError(f"{definition['Type']}: deletion is not supported by the local AWS")
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise


def _class_of(resource_type: str) -> Any:
    from moto.cloudformation import parsing

    return parsing.resource_class_from_type(resource_type)


def _physical_name(call: Call, definition: dict[str, Any]) -> str:
    from moto.cloudformation import parsing

    name_property = parsing.resource_name_property_from_type(definition["Type"])
    given = definition["Properties"].get(name_property) if name_property else None
    return given or names.generate(definition["Type"], call.stack.name, call.logical_id)


def _named(resource: Any, logical_id: str, definition: dict[str, Any]) -> Any:
    resource.cf_resource_type = definition["Type"]
    resource.logical_resource_id = logical_id
    return resource

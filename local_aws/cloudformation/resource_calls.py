"""Resolves the definition of a resource, and calls the class of its type to create, update or delete it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.parsing import clean_json

from local_aws.cloudformation import names
from local_aws.cloudformation.resource_map import ResourceMap
from local_aws.cloudformation.resources import moto_types, registry
from local_aws.cloudformation.resources.base import Context, LocalResource, Place
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
        context: What the resource is made with.
        resources: The resource map of the template.
        logical_id: The resource.
    """

    context: Context
    resources: ResourceMap
    logical_id: str

    @property
    def source(self) -> dict[str, Any]:
        """The part of the template."""
        return self.resources.sources[self.logical_id]

    def place(self, definition: Mapping[str, Any]) -> Place:
        """Where the resource of ``definition`` is."""
        return Place(self.context, self.resources.stack_id, self.logical_id, definition["Type"])


def resolve(call: Call) -> dict[str, Any]:
    """Type and properties, with all functions resolved, parameters put in and the stack's tags added."""
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
    resource_class, name = registry.class_of(definition["Type"]), _physical_name(call, definition)
    if issubclass(resource_class, LocalResource):
        properties = copy.deepcopy(definition["Properties"])
        resource_class.check(properties, call.logical_id)
        made = resource_class(call.place(definition), name, properties)
        made.create()
        return made
    return _named(moto_types.create(resource_class, call.place(definition), name, definition), call, definition)


def update_resource(call: Call, resource: Any, definition: dict[str, Any]) -> Any:
    """The changed resource, or another one that takes its place; raises whatever its class raises."""
    resource_class, name = registry.class_of(definition["Type"]), _physical_name(call, definition)
    if isinstance(resource, LocalResource):
        properties = copy.deepcopy(definition["Properties"])
        resource.check(properties, call.logical_id)
        return resource.changed(name, properties)
    changed = moto_types.change(resource_class, resource, call.place(definition), name, definition)
    return _named(changed, call, definition)


def delete_resource(resource: Any, place: Place, definition: dict[str, Any]) -> None:
    """Deletes the resource; it is no error if it is already gone."""
    try:
        if isinstance(resource, LocalResource):
            resource.delete()
        else:
            moto_types.delete(registry.class_of(place.resource_type), resource, place, definition)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise


def _physical_name(call: Call, definition: dict[str, Any]) -> str:
    name_property = registry.name_property_of(definition["Type"])
    given = definition["Properties"].get(name_property) if name_property else None
    return given or names.generate(definition["Type"], call.resources.stack_name, call.logical_id)


def _named(resource: Any, call: Call, definition: dict[str, Any]) -> Any:
    # By these moto shows a resource; it sets them itself in the same way.
    resource.cf_resource_type = definition["Type"]
    resource.logical_resource_id = call.logical_id
    return resource

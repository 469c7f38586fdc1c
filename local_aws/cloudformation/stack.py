"""A stack: moto's record of it, and of each resource what is there."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Any, cast

from moto.cloudformation import models

from local_aws.cloudformation.resource_map import ResourceMap


@dataclass
class Entry:
    """A resource that is there.

    Args:
        resource: moto's object, or one of ours.
        source: Its part of the template.
        definition: Its type and properties with all functions resolved.
        status: As in ``CREATE_COMPLETE``.
    """

    resource: Any
    source: dict[str, Any]
    definition: dict[str, Any]
    status: str

    @property
    def physical_id(self) -> str:
        """Physical id of the resource; empty if it has none."""
        return str(getattr(self.resource, "physical_resource_id", ""))


class Stack(models.Stack):
    """A stack, made without resources.

    moto 5.2.5 keeps parameters of type AWS::SSM::Parameter::Value resolved, and for ``UsePreviousValue`` looks for an
    SSM parameter of that value's name: the CDK CLI's second deployment would end in a server error.
    """

    template: str
    resource_map: ResourceMap
    #: Why it has its status; DescribeStacks shows it.
    stack_status_reason: str | None = None

    def __init__(self, *, exports: dict[str, Any], **details: Any) -> None:
        # With its template it would be parsed, and its outputs read, at once.
        super().__init__(template={}, parameters={}, cross_stack_resources=exports, **details)
        # moto takes an empty mapping for none, and later exports would not be seen.
        self.cross_stack_resources = exports
        #: The resources that exist, by logical id, in order of their creation.
        self.entries: dict[str, Entry] = {}

    @staticmethod
    def parse_template(template: str) -> dict[str, Any]:
        """The template, from JSON or YAML."""
        # moto reads JSON as YAML, too, which takes more than a hundred times as long.
        with contextlib.suppress(ValueError):
            return cast(dict[str, Any], json.loads(template))
        return models.Stack.parse_template(template)

    @property
    def stack_parameters(self) -> dict[str, Any]:
        """The parameters as they were given."""
        slots = self.template_dict.get("Parameters", {})
        defaults = {name: slot["Default"] for name, slot in slots.items() if "Default" in slot}
        return {**defaults, **self.parameters}

    @property
    def stack_resources(self) -> list[Any]:
        """The resources that exist."""
        return [entry.resource for entry in self.entries.values()]

    def map_of(self, template: dict[str, Any], parameters: dict[str, Any], tags: dict[str, str]) -> ResourceMap:
        """What a template means for this stack.

        Raises:
            ValidationError: As for ``ResourceMap.load``.
        """
        resources = ResourceMap(
            self.stack_id,
            self.name,
            parameters,
            tags,
            region_name=self.region_name,
            account_id=self.account_id,
            template=template,
            cross_stack_resources=self.cross_stack_resources,
        )
        resources.load()
        return resources

    def _create_resource_map(self) -> ResourceMap:
        return self.map_of(self.template_dict, self.parameters, self.tags)

"""moto 5.2.5 creates a resource when somebody first looks at it: DescribeStacks and even ListExports can deploy.

Resources are created by the engine only; until then there is nothing to see. Each also gets its own status in
DescribeStackResources, where moto shows that of the stack.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import replace


def apply() -> None:
    """Makes look-ups plain look-ups."""
    from moto.cloudformation import responses
    from moto.cloudformation.exceptions import ValidationError
    from moto.cloudformation.models import Stack
    from moto.cloudformation.parsing import ResourceMap

    from local_aws.cloudformation.engine import state_of

    def getitem(self: Any, key: str) -> Any:
        if key not in self._parsed_resources:
            raise ValidationError(message=f"Unresolved resource dependencies [{key}]")
        return self._parsed_resources[key]

    def stack_resources(self: Any) -> list[Any]:
        return [entry.resource for entry in state_of(self).entries.values()]

    original = responses.StackResourceDTO.__init__

    def init(self: Any, stack: Any, resource: Any) -> None:
        original(self, stack, resource)
        for logical_id, entry in state_of(stack).entries.items():
            if entry.resource is resource:
                self.logical_resource_id = logical_id
                self.resource_status = entry.status

    replace(ResourceMap, "__getitem__", getitem)
    replace(Stack, "stack_resources", property(stack_resources))
    replace(responses.StackResourceDTO, "__init__", init)

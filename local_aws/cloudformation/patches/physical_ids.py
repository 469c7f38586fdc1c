"""What moto 5.2.5 leaves nameless: an event bus, whose Ref is a Python object, and an SSM parameter, which crashes."""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import replace


def apply() -> None:
    """Gives both their physical id."""
    from moto.events.models import EventBus
    from moto.ssm.models import Parameter

    def create(cls: Any, resource_name: str, definition: Any, *arguments: Any, **kwargs: Any) -> Any:
        properties = {"Name": resource_name, **definition["Properties"]}
        return original.__func__(cls, resource_name, {**definition, "Properties": properties}, *arguments, **kwargs)

    # Nothing to replace: the class has no such attribute.
    bus: Any = EventBus
    bus.physical_resource_id = property(lambda self: self.name)
    original = replace(Parameter, "create_from_cloudformation_json", classmethod(create))

"""moto 5.2.5 skips resource types that it does not know, with a line in its log, and reports them created.

Here they are refused by name, before anything is created, and the classes below ``resources`` are found first.
"""

from __future__ import annotations

import functools
from typing import Any

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.cloudformation.template import check, references

# moto's nested stacks know neither failures nor outputs.
_REFUSED = frozenset({"AWS::CloudFormation::Stack"})


def class_of(resource_type: str) -> Any:
    """The class of a resource type: ours, else moto's.

    Raises:
        NotSupportedLocallyError: There is none.
    """
    from moto.cloudformation.parsing import get_model_map

    from local_aws.cloudformation.resources import registry

    if found := registry.find(resource_type):
        return found
    if resource_type in get_model_map() and resource_type not in _REFUSED:
        return get_model_map()[resource_type]
    raise NotSupportedLocallyError(f"resource type {resource_type} is not supported by the local AWS")


def name_property_of(resource_type: str) -> str:
    """The property that gives a resource its physical name; empty if none does."""
    # moto's LayerVersion, Permission and StateMachine say the name of their type instead, which does no harm.
    return str(class_of(resource_type).cloudformation_name_type() or "")


def check_types(template: dict[str, Any]) -> None:
    """Raises NotSupportedLocallyError that names every unsupported type of the template with its resources."""
    unsupported = []
    for logical_id, resource in template["Resources"].items():
        try:
            class_of(resource["Type"])
        except NotSupportedLocallyError:
            unsupported.append(f"{resource['Type']} ({logical_id})")
    if unsupported:
        raise NotSupportedLocallyError(f"resource types not supported by the local AWS: {', '.join(unsupported)}")


def check_functions(template: dict[str, Any]) -> None:
    """Refuses functions that could not be run, unless they only serve custom resources that need no function here."""
    from local_aws.cloudformation.resources import cdk

    resources = template["Resources"]
    served = {cdk.AutoDeleteObjects.resource_type, cdk.BucketDeployment.resource_type}
    spared = references([each["Properties"]["ServiceToken"] for each in resources.values() if each["Type"] in served])
    for logical_id, resource in resources.items():
        if resource["Type"] != "AWS::Lambda::Function" or logical_id in spared:
            continue
        if obstacle := _obstacle(resource["Properties"]):
            message = (
                f"function {logical_id}: {obstacle} not supported by the local AWS; use a python3 runtime and a zip"
            )
            raise NotSupportedLocallyError(message)


def _obstacle(properties: dict[str, Any]) -> str:
    runtime = properties.get("Runtime", "none")
    if properties.get("PackageType") == "Image":
        return "PackageType Image is"
    if properties.get("Layers"):
        return "Layers are"
    # One that a parameter gives shows when the function is invoked.
    if isinstance(runtime, str) and not runtime.startswith("python3."):
        return f"runtime {runtime} is"
    return ""


def apply() -> None:
    """Replaces the look-up of classes, and checks each template when it is loaded."""
    from moto.cloudformation import parsing
    from moto.cloudformation.exceptions import ValidationError

    original = parsing.ResourceMap.load

    @functools.wraps(original)
    def load(self: Any) -> None:
        # The empty template is that of a change set's new stack.
        if self._template:
            try:
                check(self._template)
                check_types(self._template)
                check_functions(self._template)
            except LocalAwsError as error:
                raise ValidationError(message=str(error)) from error
        original(self)

    replace(parsing, "resource_class_from_type", class_of)
    replace(parsing, "resource_name_property_from_type", name_property_of)
    replace(parsing.ResourceMap, "load", load)

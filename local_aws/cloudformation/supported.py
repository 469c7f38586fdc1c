"""What a template asks for is supported here, or is refused by name before anything is created.

moto 5.2.5 skips resource types that it does not know, with a line in its log, and reports them created.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.resources import cdk, registry
from local_aws.cloudformation.template import references


def check_types(template: dict[str, Any]) -> None:
    """Raises NotSupportedLocallyError that names every unsupported type of the template with its resources."""
    unsupported = []
    for logical_id, resource in template["Resources"].items():
        try:
            registry.class_of(resource["Type"])
        except NotSupportedLocallyError:
            unsupported.append(f"{resource['Type']} ({logical_id})")
    if unsupported:
        raise NotSupportedLocallyError(f"resource types not supported by the local AWS: {', '.join(unsupported)}")


def check_functions(template: dict[str, Any]) -> None:
    """Refuses functions that could not be run, unless they only serve custom resources that need no function here."""
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

"""moto 5.2.5 reads about half of the properties of AWS::Lambda::Function, and its update forgets the rest.

Dropped: EphemeralStorage, LoggingConfig, Layers, PackageType, Architectures, Tags, TracingConfig. What has an effect
that the local AWS does not play is refused here by name.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.base.patching import Patches

_HONOURED = frozenset(
    {
        "Architectures",
        "Code",
        "DeadLetterConfig",
        "Description",
        "Environment",
        "EphemeralStorage",
        "FunctionName",
        "Handler",
        "ImageConfig",
        "KmsKeyArn",
        "Layers",
        "LoggingConfig",
        "MemorySize",
        "PackageType",
        "ReservedConcurrentExecutions",
        "Role",
        "Runtime",
        "Tags",
        "Timeout",
        "TracingConfig",
    }
)
_DEFAULTS: Mapping[str, Any] = {
    "DeadLetterConfig": {},
    "Description": "",
    "Environment": {"Variables": {}},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
}


def _specification(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The properties as CreateFunction takes them."""
    if unknown := sorted(set(properties) - _HONOURED):
        raise NotSupportedLocallyError(
            f"AWS::Lambda::Function {name}: {', '.join(unknown)} not supported by the local AWS; leave it out"
        )
    specification = copy.deepcopy(properties)
    specification["FunctionName"] = name
    specification["Tags"] = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    # Templates may give numbers as strings.
    for number in ("MemorySize", "Timeout"):
        if number in specification:
            specification[number] = int(specification[number])
    if "EphemeralStorage" in specification:
        specification["EphemeralStorage"]["Size"] = int(specification["EphemeralStorage"]["Size"])
    return specification


def _inline_code(function: Any, code: dict[str, Any]) -> dict[str, Any]:
    """ZipFile is source code in a template, and a zip package in the API."""
    if "ZipFile" not in code:
        return code
    return {**code, "ZipFile": base64.b64encode(function._create_zipfile_from_plaintext_code(code["ZipFile"]))}


def apply(patches: Patches) -> None:
    """Replaces creation and update by CloudFormation."""
    from moto.awslambda.models import LambdaFunction
    from moto.awslambda.utils import get_backend

    def create(
        cls: Any, /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        specification = _specification(resource_name, cloudformation_json["Properties"])
        specification["Code"] = _inline_code(cls, specification["Code"])
        return get_backend(account_id, region_name).create_function(specification)

    def update(
        cls: Any,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        name = properties.get("FunctionName", original_resource.function_name)
        if name != original_resource.function_name:
            return create(cls, name, cloudformation_json, account_id, region_name)
        specification = _specification(name, properties)
        original_resource.update_configuration({**_DEFAULTS, "LoggingConfig": {}, **specification})
        original_resource.ephemeral_storage = specification.get("EphemeralStorage", {"Size": 512})["Size"]
        original_resource.tags = specification["Tags"]
        original_resource.update_function_code(_inline_code(cls, specification["Code"]))
        return original_resource

    patches.replace(LambdaFunction, "create_from_cloudformation_json", classmethod(create))
    patches.replace(LambdaFunction, "update_from_cloudformation_json", classmethod(update))

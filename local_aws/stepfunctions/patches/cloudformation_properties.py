"""moto 5.2.5 reads DefinitionString, RoleArn, StateMachineName and Tags of AWS::StepFunctions::StateMachine only.

Definition, DefinitionS3Location and DefinitionSubstitutions give an empty or unsubstituted definition; logging, tracing
and type are dropped; ``Fn::GetAtt Arn`` is unknown.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
from typing import Any

from local_aws.base.patching import Patches
from local_aws.iam.sessions import Sessions


def definition_of(sessions: Sessions, properties: dict[str, Any]) -> str:
    """The definition that the properties give, with ``${placeholders}`` replaced."""
    if "DefinitionString" in properties:
        definition = properties["DefinitionString"]
    elif "Definition" in properties:
        definition = json.dumps(properties["Definition"])
    else:
        location = properties["DefinitionS3Location"]
        answer = sessions.bucket_owner(location["Bucket"]).get_object(Bucket=location["Bucket"], Key=location["Key"])
        definition = answer["Body"].read().decode()
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace("${" + name + "}", str(value))
    return str(definition)


def _camel_case(value: Any) -> Any:
    """CloudFormation's PascalCase keys as the API spells them."""
    if isinstance(value, list):
        return [_camel_case(each) for each in value]
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _camel_case(each) for key, each in value.items()}
    return value


def _api_arguments(sessions: Sessions, properties: dict[str, Any]) -> dict[str, Any]:
    from moto.stepfunctions.utils import cfn_to_api_tags

    return {
        "definition": definition_of(sessions, properties),
        "roleArn": properties["RoleArn"],
        "tags": cfn_to_api_tags(properties.get("Tags", [])),
        "loggingConfiguration": _camel_case(properties.get("LoggingConfiguration")),
        "tracingConfiguration": _camel_case(properties.get("TracingConfiguration")),
        "sm_type": properties.get("StateMachineType"),
    }


def _backend(account_id: str, region_name: str) -> Any:
    from moto.stepfunctions import models

    return models.stepfunctions_backends[account_id][region_name]


def apply(patches: Patches, sessions: Sessions) -> None:
    """Replaces creation and update by CloudFormation, and the attributes it can read."""
    from moto.stepfunctions.models import StateMachine

    machine: Any = StateMachine

    def create(
        cls: type[Any],
        /,
        resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        name = properties.get("StateMachineName", resource_name)
        return _backend(account_id, region_name).create_state_machine(name=name, **_api_arguments(sessions, properties))

    def update(
        cls: type[Any],
        /,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        backend = _backend(account_id, region_name)
        if properties.get("StateMachineName", original_resource.name) != original_resource.name:
            backend.delete_state_machine(original_resource.arn)
            return create(cls, new_resource_name, cloudformation_json, account_id, region_name)
        arguments = _api_arguments(sessions, properties)
        backend.tagger.tag_resource(original_resource.arn, arguments["tags"])
        return backend.update_state_machine(
            original_resource.arn,
            definition=arguments["definition"],
            role_arn=arguments["roleArn"],
            logging_configuration=arguments["loggingConfiguration"],
            tracing_configuration=arguments["tracingConfiguration"],
        )

    def get_cfn_attribute(self: Any, attribute_name: str) -> Any:
        return self.arn if attribute_name == "Arn" else original_attribute(self, attribute_name)

    patches.replace(machine, "create_from_cloudformation_json", classmethod(create))
    patches.replace(machine, "update_from_cloudformation_json", classmethod(update))
    original_attribute = patches.replace(machine, "get_cfn_attribute", get_cfn_attribute)
    patches.replace(machine, "has_cfn_attr", classmethod(lambda cls, attr: attr in ("Arn", "Name")))

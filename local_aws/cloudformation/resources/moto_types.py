"""The resource types of moto: how its classes are asked to create, change and delete a resource."""

from __future__ import annotations

import copy
from typing import Any

from moto.cloudformation.parsing import get_model_map
from moto.ssm import models as ssm

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.resources.base import Place

_Definition = dict[str, Any]


class Parameter(ssm.Parameter):
    """moto 5.2.5 leaves an SSM parameter without a name nameless, and crashes."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> ssm.Parameter:
        """Gives the parameter the generated name."""
        properties = {"Name": resource_name, **cloudformation_json["Properties"]}
        named = {**cloudformation_json, "Properties": properties}
        return super().create_from_cloudformation_json(resource_name, named, account_id, region_name, **kwargs)


def find(resource_type: str) -> Any:
    """moto's class of a resource type, or None."""
    return Parameter if resource_type == Parameter.cloudformation_type() else get_model_map().get(resource_type)


def create(model: Any, place: Place, name: str, definition: _Definition) -> Any:
    """The new resource, an object of moto's."""
    return model.create_from_cloudformation_json(
        name,
        copy.deepcopy(definition),
        *place.account_and_region,
        LogicalId=place.logical_id,
        StackId=place.stack_id,
        ResourceType=place.resource_type,
    )


def change(model: Any, resource: Any, place: Place, new_name: str, definition: _Definition) -> Any:
    """The changed resource, or another one that takes its place."""
    update = model.update_from_cloudformation_json
    if getattr(update, "__isabstractmethod__", False):
        raise NotSupportedLocallyError(
            f"{place.resource_type} {place.logical_id}: updates are not supported by the local AWS; "
            "deploy to a fresh one"
        )
    account, region = place.account_and_region
    changed = update(
        original_resource=resource,
        new_resource_name=new_name,
        cloudformation_json=copy.deepcopy(definition),
        account_id=account,
        region_name=region,
    )
    return changed or resource


def delete(model: Any, resource: Any, place: Place, definition: _Definition) -> None:
    """Deletes the resource."""
    delete_definition = model.delete_from_cloudformation_json
    if not getattr(delete_definition, "__isabstractmethod__", False):
        delete_definition(resource.physical_resource_id, copy.deepcopy(definition), *place.account_and_region)
    elif hasattr(resource, "delete"):
        resource.delete(*place.account_and_region)
    else:
        raise NotSupportedLocallyError(f"{place.resource_type}: deletion is not supported by the local AWS")

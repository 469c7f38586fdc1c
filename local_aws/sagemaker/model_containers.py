"""The containers of a model, and those of the model packages that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.sagemaker.registry.store import Store
from local_aws.sagemaker.resources import Place

# What CreateModel gives, and does not pass on to the containers of the package.
_NOT_OF_PACKAGE = ("ModelPackageName", "InferenceSpecificationName", "Environment")
# What makes a container, of all that the package's definition of it may say.
_OF_PACKAGE = ("ContainerHostname", "Image", "ModelDataUrl", "ModelDataSource", "AdditionalModelDataSources")


def containers_of(registry: Store, place: Place, containers: Iterable[Mapping[str, Any] | None]) -> list[Any]:
    """The containers that a new model is to run; a model package stands for those of its specification.

    Args:
        registry: Where the packages are.
        place: Account and region of the model.
        containers: PrimaryContainer and Containers of CreateModel.

    Raises:
        ValidationError: There is no such model package, a version is not approved, or the package runs no containers of
            its own.
    """
    return [each for container in containers if container for each in _resolved(registry, place, container)]


def _resolved(registry: Store, place: Place, container: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    name = container.get("ModelPackageName")
    if not name:
        return [container]
    fields = registry.package(place, name).fields
    arn, status = fields["ModelPackageArn"], fields.get("ModelApprovalStatus")
    if status not in (None, "Approved"):
        raise ValidationError(f"Model package {arn} cannot be deployed: its approval status is {status}, not Approved.")
    specification = _specification(fields, container.get("InferenceSpecificationName"))
    environment = container.get("Environment") or {}
    own = {key: value for key, value in container.items() if key not in _NOT_OF_PACKAGE}
    return [
        own
        | {key: value for key, value in each.items() if key in _OF_PACKAGE}
        | {"Environment": {**(each.get("Environment") or {}), **environment}}
        for each in specification["Containers"]
    ]


def _specification(fields: Mapping[str, Any], name: str | None) -> Any:
    if name is not None:
        more = fields.get("AdditionalInferenceSpecifications", [])
        found = next((each for each in more if each["Name"] == name), None)
    else:
        found = fields.get("InferenceSpecification")
    if found is None:
        what = f"AdditionalInferenceSpecification {name}" if name else "InferenceSpecification"
        raise ValidationError(
            f"Model package {fields['ModelPackageArn']} has no {what}, so no model can be made of it."
        )
    return found

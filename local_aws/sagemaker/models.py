"""Models as moto keeps them, in the spelling of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.utils import arn_formatter

from local_aws.sagemaker.registry import store

# What CreateModel gives, and does not pass on to the containers of the package.
_NOT_OF_PACKAGE = ("ModelPackageName", "InferenceSpecificationName", "Environment")
# What makes a container, of all that the package's definition of it may say.
_OF_PACKAGE = ("ContainerHostname", "Image", "ModelDataUrl", "ModelDataSource", "AdditionalModelDataSources")


def containers_of(backend: SageMakerModelBackend, containers: Iterable[Mapping[str, Any] | None]) -> list[Any]:
    """The containers that a new model is to run; a model package stands for those of its specification.

    Args:
        backend: Account and region of the model.
        containers: PrimaryContainer and Containers of CreateModel.

    Raises:
        ValidationError: There is no such model package, a version is not approved, or the package runs no containers of
            its own.
    """
    return [each for container in containers if container for each in _resolved(backend, container)]


def _resolved(backend: SageMakerModelBackend, container: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    name = container.get("ModelPackageName")
    if not name:
        return [container]
    fields = store.package(backend, name).fields
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


def serving_model(backend: SageMakerModelBackend, name: str, operation: str) -> dict[str, Any]:
    """The model with its one container as ``PrimaryContainer``, whichever field of CreateModel named it.

    Args:
        backend: Account and region.
        name: Name of the model.
        operation: For which it is needed, as in ``CreateTransformJob``.

    Raises:
        ValidationError: No such model, or one with several containers.
    """
    # Any: what serving_containers is, our CreateModel has added.
    model: Any = backend._models.get(name)
    if model is None:
        arn = arn_formatter("model", name, backend.account_id, backend.region_name)
        raise ValidationError(f'Could not find model "{arn}".')
    containers: list[Any] = model.serving_containers
    if len(containers) > 1:
        raise ValidationError(f"{operation}: model {name} has several Containers: not supported by the local AWS")
    return {
        "ModelName": name,
        "PrimaryContainer": containers[0] if containers else None,
        "ExecutionRoleArn": model.execution_role_arn,
        "EnableNetworkIsolation": model.enable_network_isolation,
    }

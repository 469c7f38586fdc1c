"""Models as moto keeps them, in the spelling of the API."""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.utils import arn_formatter


def serving_model(backend: SageMakerModelBackend, name: str, operation: str) -> dict[str, Any]:
    """The model with its one container as ``PrimaryContainer``, whichever field of CreateModel named it.

    Args:
        backend: Account and region.
        name: Name of the model.
        operation: For which it is needed, as in ``CreateTransformJob``.

    Raises:
        ValidationError: No such model, or one with several containers.
    """
    model = backend._models.get(name)
    if model is None:
        arn = arn_formatter("model", name, backend.account_id, backend.region_name)
        raise ValidationError(f'Could not find model "{arn}".')
    containers = [each for each in [model.primary_container, *model.containers] if each]
    if len(containers) > 1:
        raise ValidationError(f"{operation}: model {name} has several Containers: not supported by the local AWS")
    return {
        "ModelName": name,
        "PrimaryContainer": containers[0] if containers else None,
        "ExecutionRoleArn": model.execution_role_arn,
        "EnableNetworkIsolation": model.enable_network_isolation,
    }

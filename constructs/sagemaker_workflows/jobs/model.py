"""The request of a model: one container, or several that requests pass through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location, S3Source, source_uri
from sagemaker_workflows.resources.network import JobNetwork


@checks_fields
@dataclass(frozen=True)
class ModelContainer:
    """A container of a model, or of a version in the model registry.

    Args:
        image: Inference image; for XGBoost the one that trained.
        model_data: ``model.tar.gz``, usually ``train.model_artifacts``; default: the image holds all that it needs.
        environment: Environment variables; default: none.
        hostname: Name by which the other containers of an inference pipeline call it; default: none.
    """

    image: ContainerImage
    model_data: S3Source | None = None
    environment: Mapping[str, Any] | None = None
    hostname: str | None = None

    def render(self, scope: Construct) -> dict[str, Any]:
        """A ``ContainerDefinition`` of the API, or a ``ModelPackageContainerDefinition``.

        Raises:
            InvalidParameterError: ``model_data`` is a prefix.
        """
        if isinstance(self.model_data, S3Location) and self.model_data.is_prefix:
            raise InvalidParameterError(
                scope.node.path, "model_data", f"{self.model_data.key!r} is a prefix; give the object model.tar.gz"
            )
        return container_fields(
            image_uri=self.image.uri(scope),
            model_data_url=None if self.model_data is None else source_uri(self.model_data),
            environment=self.environment,
            hostname=self.hostname,
        )


def container_fields(
    *, image_uri: str | None, model_data_url: Any, environment: Mapping[str, Any] | None, hostname: str | None = None
) -> dict[str, Any]:
    """A ``ContainerDefinition`` of the API; None stands for a field that was not given."""
    return {
        "Image": image_uri,
        "ModelDataUrl": model_data_url,
        "Environment": environment,
        "ContainerHostname": hostname,
    }


def model_fields(
    containers: Sequence[Mapping[str, Any]], *, network: JobNetwork | None, network_isolation: bool | None
) -> dict[str, Any]:
    """A CreateModel request without name, role and tags; None stands for a field that was not given."""
    return {
        "PrimaryContainer": containers[0] if len(containers) == 1 else None,
        "Containers": list(containers) if len(containers) > 1 else None,
        "VpcConfig": network and network.render(),
        "EnableNetworkIsolation": network_isolation,
    }


def model_access(containers: Sequence[ModelContainer | Mapping[str, Any]], *, network: JobNetwork | None) -> JobAccess:
    """What a model touches: images and artifacts. The jobs that run it tell the rest."""
    own = [each for each in containers if isinstance(each, ModelContainer)]
    artifacts = {
        f"containers[{index}]": each.model_data if isinstance(each, ModelContainer) else each
        for index, each in enumerate(containers)
    }
    return JobAccess(
        images=[each.image for each in own],
        reads={name: place for name, place in artifacts.items() if place is not None},
        network=network,
    )

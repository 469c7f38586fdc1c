"""A model, of one container or several that requests pass through: its arguments, its request, what it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
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


class ModelFields(TypedDict, total=False):
    """What a model takes beside its containers.

    Keys:
        role: Execution role of the model: batch transform jobs and endpoints run under it. One of the library is
            granted what the model touches; of another one a warning says what could not be seen. Default: exactly the
            role that the model needs.
        network: Subnets and security groups; default: none of the team's own.
        network_isolation: Whether the containers are cut off from every network; default: False.
    """

    role: iam.IRole | None
    network: JobNetwork | None
    network_isolation: bool | None


def model_request(model: ModelFields, containers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A CreateModel request without name, role and tags; None stands for a field that was not given."""
    network = model.get("network")
    return {
        "PrimaryContainer": containers[0] if len(containers) == 1 else None,
        "Containers": list(containers) if len(containers) > 1 else None,
        "VpcConfig": network and network.render(),
        "EnableNetworkIsolation": model.get("network_isolation"),
    }


def model_role(
    model: ModelFields, path: str, *, images: Sequence[ContainerImage], artifacts: Mapping[str, Any]
) -> JobRole:
    """Execution role of a model, with what the model touches; the jobs that run it tell the rest.

    Args:
        model: The model.
        path: Construct path, for messages.
        images: Images that are pulled.
        artifacts: Where its data lies, by the argument that names it; None: there is none.
    """
    reads = {name: place for name, place in artifacts.items() if place is not None}
    access = JobAccess(images=images, reads=reads, network=model.get("network"))
    return JobRole(model.get("role"), ModelExecutionRole, access, path=path)

"""Parts of requests that several SageMaker actions have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.resources.network import JobNetwork


class ContainerJob(TypedDict, total=False):
    """How the container of a processing or training job runs: role, instances, keys and network.

    Keys:
        role: Execution role of the job. One of the library is granted what the job touches; of another one a warning
            says what could not be seen. Default: exactly the role that the job needs.
        instance_type: ML instance type; default: ``ml.m5.xlarge``. None leaves it out of the request.
        instance_count: Number of instances; default: 1. None leaves it out of the request.
        environment: Environment variables; default: none.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        output_key: Key that encrypts what the job writes; default: that of its bucket.
        network: Subnets and security groups; default: none of the team's own.
        network_isolation: Whether the container is cut off from every network, S3 included; default: False.
        encrypt_traffic: Whether instances of one job talk encrypted, which is slower; default: False.
    """

    role: iam.IRole | None
    instance_type: str | PipelineVariable | None
    instance_count: int | PipelineVariable | None
    environment: Mapping[str, Any]
    volume_key: kms.IKey
    output_key: kms.IKey
    network: JobNetwork
    network_isolation: bool
    encrypt_traffic: bool


def gibibytes(size: Size | PipelineVariable) -> Any:
    """``size`` in GiB."""
    return size if isinstance(size, PipelineVariable) else size.to_gibibytes()


def seconds(duration: Duration | PipelineVariable) -> Any:
    """``duration`` in seconds."""
    return duration if isinstance(duration, PipelineVariable) else duration.to_seconds()


class _Rendered(Protocol):
    def render(self) -> dict[str, Any]: ...


def raw(part: _Rendered | Mapping[str, Any]) -> Mapping[str, Any]:
    """``part`` in the API's own spelling, in which it may have been given already."""
    return part if isinstance(part, Mapping) else part.render()


def key_arn(key: kms.IKey | None) -> str | None:
    """ARN of the key, if there is one."""
    return key.key_arn if key else None


def places(argument: str, parts: Sequence[Any], field: str) -> dict[str, Any]:
    """Places in S3 by the argument that names them, for a role; a part in the API's own spelling is not known."""
    return {f"{argument}[{index}]": getattr(each, field, each) for index, each in enumerate(parts)}

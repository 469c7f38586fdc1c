"""The request of a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from aws_cdk import Duration, Size
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.jobs.fields import gibibytes, key_arn, raw, seconds
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri
from sagemaker_workflows.resources.network import JobNetwork

if TYPE_CHECKING:
    from sagemaker_workflows.resources.images import ContainerImage


@checks_fields
@dataclass(frozen=True)
class ProcessingInput:
    """Objects from S3 that the job finds on its disk.

    Args:
        name: Input name, unique in the job.
        source: An object, which keeps its file name below ``local_path``, or a prefix.
        local_path: Absolute path in the container, as in ``/opt/ml/processing/input``.
    """

    name: str
    source: S3Source
    local_path: str

    def render(self) -> dict[str, Any]:
        """A ``ProcessingInput`` of the API."""
        return {
            "InputName": self.name,
            "S3Input": {
                "S3Uri": source_uri(self.source),
                "LocalPath": self.local_path,
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
                "S3DataDistributionType": "FullyReplicated",
                "S3CompressionType": "None",
            },
        }


@checks_fields
@dataclass(frozen=True)
class ProcessingOutput:
    """A directory that is uploaded when the job ends.

    Args:
        name: Output name, unique in the job.
        destination: Prefix in S3.
        local_path: Absolute path in the container; everything below it is uploaded.
    """

    name: str
    destination: S3Destination
    local_path: str

    def render(self) -> dict[str, Any]:
        """A ``ProcessingOutput`` of the API."""
        return {
            "OutputName": self.name,
            "S3Output": {
                "S3Uri": output_uri(self.destination),
                "LocalPath": self.local_path,
                "S3UploadMode": "EndOfJob",
            },
        }


class ProcessingFields(TypedDict, total=False):
    """What a processing job takes beyond image, command, inputs and outputs.

    Keys:
        environment: Environment variables; default: none.
        volume_size: Storage per instance; default: 10 GiB.
        volume_key: Key that encrypts that storage; default: a key of AWS.
        output_key: Key that encrypts the outputs; default: that of their bucket.
        max_runtime: The job is stopped after this long; default: 1 hour.
        network: Subnets and security groups; default: none of the team's own.
        network_isolation: Whether the container is cut off from every network, S3 included; default: False.
        encrypt_traffic: Whether instances of one job talk encrypted, which is slower; default: False.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
    """

    environment: Mapping[str, Any]
    volume_size: Size | PipelineVariable
    volume_key: kms.IKey
    output_key: kms.IKey
    max_runtime: Duration | PipelineVariable
    network: JobNetwork
    network_isolation: bool
    encrypt_traffic: bool
    experiment: Mapping[str, str]


def processing_fields(
    options: ProcessingFields,
    *,
    image_uri: str,
    entrypoint: Sequence[Any],
    arguments: Sequence[Any],
    inputs: Sequence[ProcessingInput | Mapping[str, Any]],
    outputs: Sequence[ProcessingOutput | Mapping[str, Any]],
    instance_type: str | PipelineVariable | None,
    instance_count: int | PipelineVariable | None,
    path: str,
) -> dict[str, Any]:
    """A CreateProcessingJob request without name, role and tags; None stands for a field that was not given.

    Raises:
        InvalidParameterError: The outputs lie in buckets with different keys.
    """
    return {
        "ProcessingResources": {"ClusterConfig": _cluster(options, instance_type, instance_count)},
        "ProcessingInputs": [raw(each) for each in inputs] or None,
        "ProcessingOutputConfig": _output_config(outputs, options.get("output_key"), path),
        "AppSpecification": {
            "ImageUri": image_uri,
            "ContainerEntrypoint": list(entrypoint) or None,
            "ContainerArguments": list(arguments) or None,
        },
        "Environment": options.get("environment"),
        "StoppingCondition": {"MaxRuntimeInSeconds": seconds(options.get("max_runtime") or Duration.hours(1))},
        "NetworkConfig": _network_config(options),
        "ExperimentConfig": options.get("experiment"),
    }


def _cluster(
    options: ProcessingFields,
    instance_type: str | PipelineVariable | None,
    instance_count: int | PipelineVariable | None,
) -> dict[str, Any]:
    return {
        "InstanceCount": instance_count,
        "InstanceType": instance_type,
        "VolumeSizeInGB": gibibytes(options.get("volume_size") or Size.gibibytes(10)),
        "VolumeKmsKeyId": key_arn(options.get("volume_key")),
    }


def _network_config(options: ProcessingFields) -> dict[str, Any] | None:
    network = options.get("network")
    config = {
        "EnableInterContainerTrafficEncryption": options.get("encrypt_traffic"),
        "EnableNetworkIsolation": options.get("network_isolation"),
        "VpcConfig": network and network.render(),
    }
    return config if any(value is not None for value in config.values()) else None


def _output_config(
    outputs: Sequence[ProcessingOutput | Mapping[str, Any]], key: kms.IKey | None, path: str
) -> dict[str, Any] | None:
    if not outputs:
        return None
    # Without a key in the request SageMaker takes the account's default key, not the bucket's.
    keys = {key_id(each.destination) for each in outputs if isinstance(each, ProcessingOutput)}
    if key is None and len(keys) > 1:
        raise InvalidParameterError(
            path, "outputs", "lie in buckets with different KMS keys; the API takes one, give output_key"
        )
    return {"Outputs": [raw(each) for each in outputs], "KmsKeyId": key_arn(key) or next(iter(keys), None)}


def processing_access(
    options: ProcessingFields,
    *,
    image: ContainerImage,
    inputs: Sequence[ProcessingInput | Mapping[str, Any]],
    outputs: Sequence[ProcessingOutput | Mapping[str, Any]],
    names: Sequence[str],
) -> JobAccess:
    """What a processing job touches."""
    return JobAccess(
        names=names,
        images=[image],
        reads={
            f"inputs[{index}]": each.source if isinstance(each, ProcessingInput) else each
            for index, each in enumerate(inputs)
        },
        writes={
            f"outputs[{index}]": each.destination if isinstance(each, ProcessingOutput) else each
            for index, each in enumerate(outputs)
        },
        network=options.get("network"),
        volume_key=options.get("volume_key"),
        output_key=options.get("output_key"),
    )

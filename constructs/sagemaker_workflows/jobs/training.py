"""What training jobs and the training jobs of a tuning job have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from aws_cdk import Duration, Size
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.jobs.fields import gibibytes, key_arn, seconds
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri
from sagemaker_workflows.resources.network import JobNetwork

if TYPE_CHECKING:
    from sagemaker_workflows.resources.images import ContainerImage


@checks_fields
@dataclass(frozen=True)
class TrainingChannel:
    """A named input of a training job.

    Args:
        name: Channel name, as in ``train``.
        source: An object or a prefix.
        content_type: MIME type, as in ``text/csv``; for XGBoost: no header row, label in the first column.
        distribution: ``FullyReplicated`` (default: every instance gets all) or ``ShardedByS3Key``.
        s3_data_type: ``S3Prefix`` (default), ``ManifestFile`` or ``AugmentedManifestFile``.
        input_mode: ``File``, ``FastFile`` or ``Pipe``; default: that of the job.
        compression: ``Gzip`` or ``None`` (the default).
        record_wrapper: ``RecordIO`` or ``None`` (the default).
        attribute_names: Attributes to read from an augmented manifest; default: none.
        instance_groups: Names of the instance groups that get the channel; default: all.
        shuffle_seed: Seed of the order in which objects are read; default: they are not shuffled.
    """

    name: str
    source: S3Source
    content_type: str | None = None
    distribution: str = "FullyReplicated"
    s3_data_type: str = "S3Prefix"
    input_mode: str | None = None
    compression: str | None = None
    record_wrapper: str | None = None
    attribute_names: Sequence[str] = ()
    instance_groups: Sequence[str] = ()
    shuffle_seed: int | None = None

    def render(self) -> dict[str, Any]:
        """A ``Channel`` of the API."""
        return {
            "ChannelName": self.name,
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": self.s3_data_type,
                    "S3Uri": source_uri(self.source),
                    "S3DataDistributionType": self.distribution,
                    "AttributeNames": list(self.attribute_names) or None,
                    "InstanceGroupNames": list(self.instance_groups) or None,
                }
            },
            "ContentType": self.content_type,
            "CompressionType": self.compression,
            "RecordWrapperType": self.record_wrapper,
            "InputMode": self.input_mode,
            "ShuffleConfig": None if self.shuffle_seed is None else {"Seed": self.shuffle_seed},
        }


@checks_fields
@dataclass(frozen=True)
class InstanceGroup:
    """Instances of one type in a heterogeneous cluster.

    Args:
        name: Name that channels refer to.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances.
    """

    name: str
    instance_type: str
    instance_count: int

    def render(self) -> dict[str, Any]:
        """An ``InstanceGroup`` of the API."""
        return {
            "InstanceGroupName": self.name,
            "InstanceType": self.instance_type,
            "InstanceCount": self.instance_count,
        }


@checks_fields
@dataclass(frozen=True)
class SpotTraining:
    """Training on spare capacity, cheaper, but it may be interrupted.

    Args:
        max_wait: The job is stopped after this long, waiting for capacity included; at least ``max_runtime``.
        checkpoints: Prefix that the container's checkpoints are kept below, from which an interrupted job goes on;
            default: it begins anew.
        checkpoint_path: Directory of the checkpoints in the container; default: ``/opt/ml/checkpoints``.
    """

    max_wait: Duration
    checkpoints: S3Destination | None = None
    checkpoint_path: str | None = None


class TrainingFields(TypedDict, total=False):
    """What everything that trains takes beyond image, channels and output.

    Keys:
        input_mode: How the container gets its data: ``File`` (default), ``FastFile`` or ``Pipe``.
        metric_definitions: Regular expressions that find metrics in the log, by metric name; default: the algorithm's.
        environment: Environment variables; default: none.
        instance_type: ML instance type; default: ``ml.m5.xlarge``. None leaves it out of the request.
        instance_count: Number of instances; default: 1. None leaves it out of the request.
        instance_groups: A heterogeneous cluster, in place of instance type and count.
        volume_size: Storage per instance; default: 30 GiB.
        volume_key: Key that encrypts that storage; default: a key of AWS.
        output_key: Key that encrypts the artifact; default: that of its bucket.
        max_runtime: Each job is stopped after this long; default: 24 hours.
        spot: Train on spare capacity; default: on instances that are not interrupted.
        network: Subnets and security groups; default: none of the team's own.
        network_isolation: Whether the container is cut off from every network, S3 included; default: False.
        encrypt_traffic: Whether instances of one job talk encrypted, which is slower; default: False.
    """

    input_mode: str
    metric_definitions: Mapping[str, str]
    environment: Mapping[str, Any]
    instance_type: str | PipelineVariable | None
    instance_count: int | PipelineVariable | None
    instance_groups: Sequence[InstanceGroup]
    volume_size: Size | PipelineVariable
    volume_key: kms.IKey
    output_key: kms.IKey
    max_runtime: Duration | PipelineVariable
    spot: SpotTraining
    network: JobNetwork
    network_isolation: bool
    encrypt_traffic: bool


def training_fields(
    options: TrainingFields, *, image_uri: str | None, output: S3Destination, path: str
) -> dict[str, Any]:
    """The fields that CreateTrainingJob and a ``HyperParameterTrainingJobDefinition`` have in common.

    Raises:
        InvalidParameterError: Arguments contradict each other.
    """
    spot, network = options.get("spot"), options.get("network")
    definitions = options.get("metric_definitions", {})
    return {
        "AlgorithmSpecification": {
            "TrainingImage": image_uri,
            "TrainingInputMode": options.get("input_mode", "File"),
            "MetricDefinitions": [{"Name": name, "Regex": regex} for name, regex in definitions.items()] or None,
        },
        "OutputDataConfig": {
            "S3OutputPath": output_uri(output),
            "KmsKeyId": key_arn(options.get("output_key")) or key_id(output),
        },
        "ResourceConfig": _resources(options, path),
        "StoppingCondition": _stopping_condition(options, path),
        "Environment": options.get("environment"),
        "VpcConfig": network and network.render(),
        "EnableNetworkIsolation": options.get("network_isolation"),
        "EnableInterContainerTrafficEncryption": options.get("encrypt_traffic"),
        "EnableManagedSpotTraining": True if spot else None,
        # With its slash: the service lists what is below it, and roles may list nothing that merely begins alike.
        "CheckpointConfig": {"S3Uri": source_uri(spot.checkpoints), "LocalPath": spot.checkpoint_path}
        if spot and spot.checkpoints
        else None,
    }


def _resources(options: TrainingFields, path: str) -> dict[str, Any]:
    groups = options.get("instance_groups")
    if groups and (given := {"instance_type", "instance_count"} & options.keys()):
        raise InvalidParameterError(path, min(given), "is told by each of the instance_groups; leave it out")
    size = options.get("volume_size") or Size.gibibytes(30)
    return {
        "InstanceCount": None if groups else options.get("instance_count", 1),
        "InstanceType": None if groups else options.get("instance_type", INSTANCE_TYPE),
        "InstanceGroups": [each.render() for each in groups] if groups else None,
        "VolumeSizeInGB": gibibytes(size),
        "VolumeKmsKeyId": key_arn(options.get("volume_key")),
    }


def _stopping_condition(options: TrainingFields, path: str) -> dict[str, Any]:
    runtime = seconds(options.get("max_runtime") or Duration.hours(24))
    spot = options.get("spot")
    wait = seconds(spot.max_wait) if spot else None
    # What is known only when a pipeline runs cannot be compared.
    if isinstance(wait, int | float) and isinstance(runtime, int | float) and wait < runtime:
        raise InvalidParameterError(
            path,
            "StoppingCondition.MaxWaitTimeInSeconds",
            f"is {wait:.0f}, less than MaxRuntimeInSeconds; write at least {runtime:.0f}",
        )
    return {"MaxRuntimeInSeconds": runtime, "MaxWaitTimeInSeconds": wait}


def training_access(
    options: TrainingFields,
    *,
    image: ContainerImage | None,
    channels: Sequence[TrainingChannel | Mapping[str, Any]],
    output: S3Destination,
    names: Sequence[str],
) -> JobAccess:
    """What training jobs touch, the training jobs of a tuning job included."""
    spot = options.get("spot")
    return JobAccess(
        names=names,
        images=[image] if image else [],
        reads={
            f"channels[{index}]": each.source if isinstance(each, TrainingChannel) else each
            for index, each in enumerate(channels)
        },
        writes={"output": output},
        checkpoints={"spot.checkpoints": spot.checkpoints} if spot and spot.checkpoints else {},
        network=options.get("network"),
        volume_key=options.get("volume_key"),
        output_key=options.get("output_key"),
    )

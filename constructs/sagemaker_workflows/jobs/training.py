"""A training job, or those of a tuning job: arguments, request, and what they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required

from aws_cdk import Duration, Size
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs.fields import ContainerJob, gibibytes, key_arn, places, raw, seconds
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri


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


class TrainingFields(ContainerJob, total=False):
    """How a training job runs: :class:`ContainerJob`, storage, time and capacity.

    Keys:
        input_mode: How the container gets its data: ``File`` (default), ``FastFile`` or ``Pipe``.
        metric_definitions: Regular expressions that find metrics in the log, by metric name; default: the algorithm's.
        instance_groups: A heterogeneous cluster, in place of instance type and count.
        volume_size: Storage per instance; default: 30 GiB.
        max_runtime: Each job is stopped after this long; default: 24 hours.
        spot: Train on spare capacity; default: on instances that are not interrupted.
    """

    input_mode: str
    metric_definitions: Mapping[str, str]
    instance_groups: Sequence[InstanceGroup]
    volume_size: Size | PipelineVariable
    max_runtime: Duration | PipelineVariable
    spot: SpotTraining


class TrainingJob(TrainingFields, total=False):
    """A training job: what trains, on what data, and how (:class:`TrainingFields`).

    Keys:
        image: Image of the algorithm; None: additional fields of the request name an algorithm of the marketplace.
        channels: Input channels; a mapping stands for one in the API's own spelling, as for a file system.
        output: Prefix for ``<job>/output/model.tar.gz``.
    """

    image: Required[ContainerImage | None]
    channels: Required[Sequence[TrainingChannel | Mapping[str, Any]]]
    output: Required[S3Destination]


def training_request(
    job: TrainingJob, scope: Construct, path: str, hyperparameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A CreateTrainingJob request without name, role and tags; None stands for a field that was not given.

    The same fields make a ``HyperParameterTrainingJobDefinition``, whose hyperparameters have another name.

    Args:
        job: The job.
        scope: Any construct of the stack.
        path: Construct path, for messages.
        hyperparameters: Hyperparameters as text; default: none.

    Raises:
        InvalidParameterError: Arguments contradict each other.
    """
    spot, network, image, output = job.get("spot"), job.get("network"), job["image"], job["output"]
    definitions = job.get("metric_definitions", {})
    return {
        "AlgorithmSpecification": {
            "TrainingImage": image.uri(scope) if image else None,
            "TrainingInputMode": job.get("input_mode", "File"),
            "MetricDefinitions": [{"Name": name, "Regex": regex} for name, regex in definitions.items()] or None,
        },
        "HyperParameters": hyperparameters,
        "InputDataConfig": [raw(each) for each in job["channels"]] or None,
        "OutputDataConfig": {
            "S3OutputPath": output_uri(output),
            "KmsKeyId": key_arn(job.get("output_key")) or key_id(output),
        },
        "ResourceConfig": _resources(job, path),
        "StoppingCondition": _stopping_condition(job, path),
        "Environment": job.get("environment"),
        "VpcConfig": network and network.render(),
        "EnableNetworkIsolation": job.get("network_isolation"),
        "EnableInterContainerTrafficEncryption": job.get("encrypt_traffic"),
        "EnableManagedSpotTraining": True if spot else None,
        # With its slash: the service lists what is below it, and roles may list nothing that merely begins alike.
        "CheckpointConfig": {"S3Uri": source_uri(spot.checkpoints), "LocalPath": spot.checkpoint_path}
        if spot and spot.checkpoints
        else None,
    }


def _resources(job: TrainingJob, path: str) -> dict[str, Any]:
    groups = job.get("instance_groups")
    if groups and (given := {"instance_type", "instance_count"} & job.keys()):
        raise InvalidParameterError(path, min(given), "is told by each of the instance_groups; leave it out")
    size = job.get("volume_size") or Size.gibibytes(30)
    return {
        "InstanceCount": None if groups else job.get("instance_count", 1),
        "InstanceType": None if groups else job.get("instance_type", INSTANCE_TYPE),
        "InstanceGroups": [each.render() for each in groups] if groups else None,
        "VolumeSizeInGB": gibibytes(size),
        "VolumeKmsKeyId": key_arn(job.get("volume_key")),
    }


def _stopping_condition(job: TrainingJob, path: str) -> dict[str, Any]:
    runtime = seconds(job.get("max_runtime") or Duration.hours(24))
    spot = job.get("spot")
    wait = seconds(spot.max_wait) if spot else None
    # What is known only when a pipeline runs cannot be compared.
    if isinstance(wait, int | float) and isinstance(runtime, int | float) and wait < runtime:
        raise InvalidParameterError(
            path,
            "StoppingCondition.MaxWaitTimeInSeconds",
            f"is {wait:.0f}, less than MaxRuntimeInSeconds; write at least {runtime:.0f}",
        )
    return {"MaxRuntimeInSeconds": runtime, "MaxWaitTimeInSeconds": wait}


def training_access(job: TrainingJob, names: Sequence[str], **reads: Any) -> JobAccess:
    """What training jobs touch, the training jobs of a tuning job included.

    Args:
        job: The job.
        names: Names of the jobs, or patterns.
        reads: Further places to read, by the argument that names them.
    """
    spot, image = job.get("spot"), job["image"]
    return JobAccess(
        names=names,
        images=[image] if image else [],
        reads={**places("channels", job["channels"], "source"), **reads},
        writes={"output": job["output"]},
        checkpoints={"spot.checkpoints": spot.checkpoints} if spot and spot.checkpoints else {},
        network=job.get("network"),
        volume_key=job.get("volume_key"),
        output_key=job.get("output_key"),
    )


def training_role(job: TrainingJob, names: Sequence[str], path: str, **reads: Any) -> JobRole:
    """Execution role of a training job, with what the job touches; ``path`` is for messages."""
    return JobRole(job.get("role"), TrainingExecutionRole, training_access(job, names, **reads), path=path)

"""A processing job: its arguments, its request, and what it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required

from aws_cdk import Duration, Size
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ProcessingExecutionRole
from sagemaker_workflows.jobs.fields import ContainerJob, gibibytes, key_arn, places, raw, seconds
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri


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


class ProcessingFields(ContainerJob, total=False):
    """How a processing job runs: :class:`ContainerJob`, storage and time.

    Keys:
        volume_size: Storage per instance; default: 10 GiB.
        max_runtime: The job is stopped after this long; default: 1 hour.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
    """

    volume_size: Size | PipelineVariable
    max_runtime: Duration | PipelineVariable
    experiment: Mapping[str, str]


class ProcessingJob(ProcessingFields, total=False):
    """A processing job: what it runs, on what data, and how (:class:`ProcessingFields`).

    Keys:
        image: Image to run.
        entrypoint: Command; default: the image's own.
        arguments: Arguments of the command; default: none.
        inputs: Data and code from S3; a mapping stands for an input in the API's own spelling, as one from Athena or
            Redshift (``DatasetDefinition``). Default: none.
        outputs: Directories to upload, in a pipeline usually to an :class:`ExecutionLocation`; a mapping stands for an
            output in the API's own spelling, as one to a feature store. Default: none.
    """

    image: Required[ContainerImage]
    entrypoint: Sequence[str | PipelineVariable]
    arguments: Sequence[str | PipelineVariable]
    inputs: Sequence[ProcessingInput | Mapping[str, Any]]
    outputs: Sequence[ProcessingOutput | Mapping[str, Any]]


def processing_request(job: ProcessingJob, scope: Construct, path: str) -> dict[str, Any]:
    """A CreateProcessingJob request without name, role and tags; None stands for a field that was not given.

    Args:
        job: The job.
        scope: Any construct of the stack.
        path: Construct path, for messages.

    Raises:
        InvalidParameterError: The outputs lie in buckets with different keys.
    """
    cluster = {
        "InstanceCount": job.get("instance_count", 1),
        "InstanceType": job.get("instance_type", INSTANCE_TYPE),
        "VolumeSizeInGB": gibibytes(job.get("volume_size") or Size.gibibytes(10)),
        "VolumeKmsKeyId": key_arn(job.get("volume_key")),
    }
    return {
        "ProcessingResources": {"ClusterConfig": cluster},
        "ProcessingInputs": [raw(each) for each in job.get("inputs", ())] or None,
        "ProcessingOutputConfig": _output_config(job.get("outputs", ()), job.get("output_key"), path),
        "AppSpecification": {
            "ImageUri": job["image"].uri(scope),
            "ContainerEntrypoint": list(job.get("entrypoint", ())) or None,
            "ContainerArguments": list(job.get("arguments", ())) or None,
        },
        "Environment": job.get("environment"),
        "StoppingCondition": {"MaxRuntimeInSeconds": seconds(job.get("max_runtime") or Duration.hours(1))},
        "NetworkConfig": _network_config(job),
        "ExperimentConfig": job.get("experiment"),
    }


def _network_config(job: ProcessingJob) -> dict[str, Any] | None:
    network = job.get("network")
    config = {
        "EnableInterContainerTrafficEncryption": job.get("encrypt_traffic"),
        "EnableNetworkIsolation": job.get("network_isolation"),
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


def processing_role(
    job: ProcessingJob,
    names: Sequence[str],
    path: str,
    *,
    reads: Mapping[str, Any] | None = None,
    writes: Mapping[str, Any] | None = None,
) -> JobRole:
    """Execution role of a processing job, with what the job touches.

    Args:
        job: The job.
        names: Names of the jobs, or patterns.
        path: Construct path, for messages.
        reads: Places to read, by the argument that names them; default: those of the inputs.
        writes: Prefixes to write, likewise; default: those of the outputs.
    """
    access = JobAccess(
        names=names,
        images=[job["image"]],
        reads=places("inputs", job.get("inputs", ()), "source") if reads is None else reads,
        writes=places("outputs", job.get("outputs", ()), "destination") if writes is None else writes,
        network=job.get("network"),
        volume_key=job.get("volume_key"),
        output_key=job.get("output_key"),
    )
    return JobRole(job.get("role"), ProcessingExecutionRole, access, path=path)

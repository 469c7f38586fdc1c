"""Task state for a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.errors import InvalidParameterError
from sagemaker_workflows.images import ContainerImage
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import JobName
from sagemaker_workflows.tasks._fields import JobNetwork, key_arn, raw
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions, split_options


@dataclass(frozen=True)
class ProcessingInput:
    """Objects from S3 that the job finds on its disk.

    Args:
        name: Input name, unique in the job.
        source: An object, which keeps its file name below ``local_path``, or a prefix.
        local_path: Absolute path in the container, as in ``/opt/ml/processing/input``.
    """

    name: str
    source: S3Location
    local_path: str

    def render(self) -> dict[str, Any]:
        """A ``ProcessingInput`` of the API."""
        return {
            "InputName": self.name,
            "S3Input": {
                "S3Uri": self.source.uri,
                "LocalPath": self.local_path,
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
                "S3DataDistributionType": "FullyReplicated",
                "S3CompressionType": "None",
            },
        }


@dataclass(frozen=True)
class ProcessingOutput:
    """A directory that is uploaded when the job ends.

    Args:
        name: Output name, unique in the job.
        destination: Prefix in S3.
        local_path: Absolute path in the container; everything below it is uploaded.
    """

    name: str
    destination: S3Location
    local_path: str

    def render(self) -> dict[str, Any]:
        """A ``ProcessingOutput`` of the API."""
        return {
            "OutputName": self.name,
            "S3Output": {
                "S3Uri": self.destination.output_uri,
                "LocalPath": self.local_path,
                "S3UploadMode": "EndOfJob",
            },
        }


class ProcessingOptions(SageMakerTaskOptions, total=False):
    """Further arguments of a processing job, on top of :class:`SageMakerTaskOptions`.

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

    environment: Mapping[str, str]
    volume_size: Size
    volume_key: kms.IKey
    output_key: kms.IKey
    max_runtime: Duration
    network: JobNetwork
    network_isolation: bool
    encrypt_traffic: bool
    experiment: Mapping[str, str]


class SageMakerCreateProcessingJob(SageMakerTask):
    """Runs a script on data in S3 as a processing job.

    With RUN_JOB the result is the DescribeProcessingJob response; the state fails with ``States.TaskFailed`` when the
    job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        processing_job_name: Job name.
        image: Image to run.
        role: Execution role of the job.
        entrypoint: Command; default: the image's own.
        arguments: Arguments of the command; default: none.
        inputs: Data and code from S3; a mapping stands for an input in the API's own spelling, as one from Athena or
            Redshift (``DatasetDefinition``). Default: none.
        outputs: Directories to upload; a mapping stands for an output in the API's own spelling, as one to a feature
            store. Default: none.
        instance_type: ML instance type, as in ``ml.m5.xlarge``; None leaves it out of the request.
        instance_count: Number of instances; default: 1. None leaves it out of the request.
        options: See :class:`ProcessingOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_PROCESSING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        processing_job_name: JobName,
        image: ContainerImage,
        role: iam.IRole,
        entrypoint: Sequence[str] = (),
        arguments: Sequence[str] = (),
        inputs: Sequence[ProcessingInput | Mapping[str, Any]] = (),
        outputs: Sequence[ProcessingOutput | Mapping[str, Any]] = (),
        instance_type: str | None = INSTANCE_TYPE,
        instance_count: int | None = 1,
        **options: Unpack[ProcessingOptions],
    ) -> None:
        own, rest = split_options(options, ProcessingOptions)
        request = {
            "ProcessingResources": {"ClusterConfig": _cluster(own, instance_type, instance_count)},
            "ProcessingInputs": [raw(each) for each in inputs] or None,
            "ProcessingOutputConfig": _output_config(outputs, own.get("output_key"), f"{scope.node.path}/{id}"),
            "AppSpecification": {
                "ImageUri": image.uri(scope),
                "ContainerEntrypoint": list(entrypoint) or None,
                "ContainerArguments": list(arguments) or None,
            },
            "Environment": own.get("environment"),
            "StoppingCondition": {"MaxRuntimeInSeconds": (own.get("max_runtime") or Duration.hours(1)).to_seconds()},
            "NetworkConfig": _network_config(own),
            "ExperimentConfig": own.get("experiment"),
        }
        super().__init__(scope, id, action=self.ACTION, name=processing_job_name, request=request, role=role, **rest)


def _cluster(options: ProcessingOptions, instance_type: str | None, instance_count: int | None) -> dict[str, Any]:
    return {
        "InstanceCount": instance_count,
        "InstanceType": instance_type,
        "VolumeSizeInGB": (options.get("volume_size") or Size.gibibytes(10)).to_gibibytes(),
        "VolumeKmsKeyId": key_arn(options.get("volume_key")),
    }


def _network_config(options: ProcessingOptions) -> dict[str, Any] | None:
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
    keys = {each.destination.key_id for each in outputs if isinstance(each, ProcessingOutput)}
    if key is None and len(keys) > 1:
        raise InvalidParameterError(
            path, "outputs", "lie in buckets with different KMS keys; the API takes one, give output_key"
        )
    key_id = key_arn(key) or next(iter(keys), None)
    return {"Outputs": [raw(each) for each in outputs], "KmsKeyId": key_id}

"""Task state for a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.errors import InvalidParameterError
from sagemaker_workflows.images import ContainerImage
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import JobName
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


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


def _output_config(outputs: Sequence[ProcessingOutput], path: str) -> dict[str, Any] | None:
    keys = {each.destination.key_id for each in outputs}
    if len(keys) > 1:
        raise InvalidParameterError(
            path, "outputs", "lie in buckets with different KMS keys; the API takes one key, write to one bucket"
        )
    key = keys.pop() if keys else None
    return {"Outputs": [each.render() for each in outputs], "KmsKeyId": key} if outputs else None


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
        inputs: Data and code from S3; default: none.
        outputs: Directories to upload; default: none.
        environment: Environment variables; default: none.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        volume_size: Storage per instance; default: 10 GiB.
        max_runtime: The job is stopped after this long; default: 1 hour.
        options: See :class:`SageMakerTaskOptions`.

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
        inputs: Sequence[ProcessingInput] = (),
        outputs: Sequence[ProcessingOutput] = (),
        environment: Mapping[str, str] | None = None,
        instance_type: str = INSTANCE_TYPE,
        instance_count: int = 1,
        volume_size: Size | None = None,
        max_runtime: Duration | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        request = {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": instance_count,
                    "InstanceType": instance_type,
                    "VolumeSizeInGB": (volume_size or Size.gibibytes(10)).to_gibibytes(),
                }
            },
            "ProcessingInputs": [each.render() for each in inputs] or None,
            "ProcessingOutputConfig": _output_config(outputs, f"{scope.node.path}/{id}"),
            "AppSpecification": {
                "ImageUri": image.uri(scope),
                "ContainerEntrypoint": list(entrypoint) or None,
                "ContainerArguments": list(arguments) or None,
            },
            "Environment": environment,
            "StoppingCondition": {"MaxRuntimeInSeconds": (max_runtime or Duration.hours(1)).to_seconds()},
        }
        super().__init__(scope, id, action=self.ACTION, name=processing_job_name, request=request, role=role, **options)

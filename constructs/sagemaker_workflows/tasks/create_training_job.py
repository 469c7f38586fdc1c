"""Task state for a training job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.actions import CREATE_TRAINING_JOB, SageMakerAction
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.images import ContainerImage
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import JobName
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


@dataclass(frozen=True)
class TrainingChannel:
    """A named input of a training job.

    Args:
        name: Channel name, as in ``train``.
        source: An object or a prefix.
        content_type: MIME type, as in ``text/csv``; for XGBoost: no header row, label in the first column.
        distribution: ``FullyReplicated`` (default: every instance gets all) or ``ShardedByS3Key``.
    """

    name: str
    source: S3Location
    content_type: str | None = None
    distribution: str = "FullyReplicated"

    def render(self) -> dict[str, Any]:
        """A ``Channel`` of the API."""
        return {
            "ChannelName": self.name,
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": self.source.uri,
                    "S3DataDistributionType": self.distribution,
                }
            },
            "ContentType": self.content_type,
        }


class SageMakerCreateTrainingJob(SageMakerTask):
    """Trains a model on data in S3.

    With RUN_JOB the result is the DescribeTrainingJob response, ``ModelArtifacts.S3ModelArtifacts`` included; the state
    fails with ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        training_job_name: Job name.
        image: Image of the algorithm.
        role: Execution role of the job.
        channels: Input channels.
        output: Prefix for ``<job>/output/model.tar.gz``.
        hyperparameters: Hyperparameters; the API takes strings only.
        environment: Environment variables; default: none.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        volume_size: Storage per instance; default: 30 GiB.
        max_runtime: The job is stopped after this long; default: 24 hours.
        options: See :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_TRAINING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        training_job_name: JobName,
        image: ContainerImage,
        role: iam.IRole,
        channels: Sequence[TrainingChannel],
        output: S3Location,
        hyperparameters: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        instance_type: str = INSTANCE_TYPE,
        instance_count: int = 1,
        volume_size: Size | None = None,
        max_runtime: Duration | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        request = {
            "AlgorithmSpecification": {"TrainingImage": image.uri(scope), "TrainingInputMode": "File"},
            "HyperParameters": hyperparameters,
            "InputDataConfig": [each.render() for each in channels],
            "OutputDataConfig": {"S3OutputPath": output.output_uri, "KmsKeyId": output.key_id},
            "ResourceConfig": {
                "InstanceCount": instance_count,
                "InstanceType": instance_type,
                "VolumeSizeInGB": (volume_size or Size.gibibytes(30)).to_gibibytes(),
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": (max_runtime or Duration.hours(24)).to_seconds()},
            "Environment": environment,
        }
        super().__init__(scope, id, action=self.ACTION, name=training_job_name, request=request, role=role, **options)

"""Task state for a batch transform job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_workflows.actions import CREATE_TRANSFORM_JOB, SageMakerAction
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import JobName
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class SageMakerCreateTransformJob(SageMakerTask):
    """Gets predictions for a dataset in S3 from a model (batch transform).

    For each input object ``<name>`` an object ``<name>.out`` is written. The job runs under the model's execution role;
    the request passes none. With RUN_JOB the result is the DescribeTransformJob response; the state fails with
    ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        transform_job_name: Job name.
        model_name: Name of the model, usually ``JobName.from_state``.
        source: Objects to transform; for XGBoost CSV without header and label.
        output: Prefix for the predictions.
        content_type: MIME type of the input, as in ``text/csv``.
        split_type: ``Line`` (default: records are lines), ``None`` or ``RecordIO``.
        assemble_with: ``Line`` (default: one prediction a line) or ``None``.
        batch_strategy: ``MultiRecord`` or ``SingleRecord``; default: what the container asks for.
        environment: Environment variables of the container; default: none.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        options: See :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_TRANSFORM_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        transform_job_name: JobName,
        model_name: JobName,
        source: S3Location,
        output: S3Location,
        content_type: str | None = None,
        split_type: str = "Line",
        assemble_with: str = "Line",
        batch_strategy: str | None = None,
        environment: Mapping[str, str] | None = None,
        instance_type: str = INSTANCE_TYPE,
        instance_count: int = 1,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        request = {
            "ModelName": model_name,
            "BatchStrategy": batch_strategy,
            "Environment": environment,
            "TransformInput": {
                "CompressionType": "None",
                "ContentType": content_type,
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source.uri}},
                "SplitType": split_type,
            },
            "TransformOutput": {"S3OutputPath": output.output_uri, "AssembleWith": assemble_with},
            "TransformResources": {"InstanceCount": instance_count, "InstanceType": instance_type},
        }
        super().__init__(scope, id, action=self.ACTION, name=transform_job_name, request=request, role=None, **options)

"""Task state for a batch transform job."""

from __future__ import annotations

from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_TRANSFORM_JOB, SageMakerAction
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.jobs import TransformFields, transform_access, transform_fields
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions, split_options


class TransformOptions(TransformFields, SageMakerTaskOptions, total=False):
    """Further arguments of a batch transform job: :class:`TransformFields` and :class:`SageMakerTaskOptions`."""


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
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        options: See :class:`TransformOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        predict = SageMakerCreateTransformJob(
            self,
            "Predict",
            transform_job_name=JobName.unique("fraud"),
            model_name=JobName.from_state("$.model.ModelName", prefix="fraud"),
            source=S3Location(bucket, "new/"),
            output=S3Location(bucket, "predictions/"),
            content_type="text/csv",
        )
        WorkflowStateMachine(self, "Workflow", definition=predict)

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
        instance_type: str = INSTANCE_TYPE,
        instance_count: int = 1,
        **options: Unpack[TransformOptions],
    ) -> None:
        own, rest = split_options(options, TransformOptions)
        request = transform_fields(
            own,
            model_name=model_name,
            source=source,
            output=output,
            content_type=content_type,
            split_type=split_type,
            assemble_with=assemble_with,
            instance_type=instance_type,
            instance_count=instance_count,
        )
        access = transform_access(own, source=source, output=output, names=[transform_job_name.arn_pattern])
        path = f"{scope.node.path}/{id}"
        role = JobRole(own.get("role"), ModelExecutionRole, access, path=path, makes=False, passed=False)
        super().__init__(scope, id, action=self.ACTION, name=transform_job_name, request=request, role=role, **rest)

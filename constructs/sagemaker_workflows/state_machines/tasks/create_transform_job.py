"""Task state for a batch transform job."""

from __future__ import annotations

from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_TRANSFORM_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.transform import TransformJob, transform_request, transform_role
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class TransformOptions(TransformJob, SageMakerTaskOptions, total=False):
    """Arguments of a batch transform job and its state: :class:`TransformJob` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateTransformJob(SageMakerTask):
    """Gets predictions for a dataset in S3 from a model (batch transform).

    For each input object ``<name>`` an object ``<name>.out`` is written. The job runs under the model's execution role;
    the request passes none. With RUN_JOB the result is the DescribeTransformJob response; the state fails with
    ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        transform_job_name: Job name.
        model_name: Name of the model, usually ``JobName.from_state``.
        options: The job, as :class:`TransformJob` says, and the state: :class:`SageMakerTaskOptions`.

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
        **options: Unpack[TransformOptions],
    ) -> None:
        job, rest = split_options(options, TransformJob)
        request = transform_request(job, model_name)
        role = transform_role(job, [transform_job_name.arn_pattern], f"{scope.node.path}/{id}")
        super().__init__(scope, id, action=self.ACTION, name=transform_job_name, request=request, role=role, **rest)

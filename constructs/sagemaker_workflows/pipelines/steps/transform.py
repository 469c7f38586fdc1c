"""Step that runs a batch transform job."""

from __future__ import annotations

from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_TRANSFORM_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.jobs.transform import TransformJob, transform_request, transform_role
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.string_values import string_values


class TransformStepOptions(TransformJob, JobStepOptions, total=False):
    """Arguments of a transform step: those of :class:`TransformJob` and :class:`JobStepOptions`."""


class TransformStep(JobStep):
    """Gets predictions for a dataset in S3 from a model (batch transform).

    For each input object ``<name>`` an object ``<name>.out`` is written. The job runs under the model's execution role.
    Properties are those of the DescribeTransformJob response.

    Args:
        model_name: Name of the model, usually ``create_model.model_name``.
        options: The job, as :class:`TransformJob` says, and the step: :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request.

    Example::

        step = TransformStep(
            self,
            "Predict",
            model_name="abalone",
            source=S3Location(bucket, "new/"),
            output=S3Location(bucket, "predictions/"),
            content_type="text/csv",
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
    """

    TYPE: ClassVar[str] = "Transform"
    ACTION: ClassVar[SageMakerAction] = CREATE_TRANSFORM_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_name: str | PipelineVariable,
        **options: Unpack[TransformStepOptions],
    ) -> None:
        job, rest = split_options(options, TransformJob)
        self._output = known_location(job["output"])
        request = {**transform_request(job, model_name), "Environment": string_values(job.get("environment"))}
        role = transform_role(job, [PIPELINE_JOB_NAME_PATTERN], f"{scope.node.path}/{id}")
        super().__init__(scope, id, request=request, roles=[role], **rest)

    @property
    def output(self) -> Properties:
        """Prefix of the predictions, as input of another step."""
        return self.properties.transform_output.s3_output_path.within(self._output)

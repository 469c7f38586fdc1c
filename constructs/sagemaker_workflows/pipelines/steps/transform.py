"""Step that runs a batch transform job."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_TRANSFORM_JOB
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.jobs import TransformFields, transform_access, transform_fields
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN, action_statements
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS
from sagemaker_workflows.pipelines.step import JobStepOptions, Operation, PipelineStep, split_step_options
from sagemaker_workflows.pipelines.texts import texts
from sagemaker_workflows.resources.locations import S3Destination, S3Source


class TransformStepOptions(TransformFields, JobStepOptions, total=False):
    """Further arguments of a transform step: those of :class:`TransformFields` and :class:`JobStepOptions`."""


class TransformStep(PipelineStep):
    """Gets predictions for a dataset in S3 from a model (batch transform).

    For each input object ``<name>`` an object ``<name>.out`` is written. The job runs under the model's execution role.
    Properties are those of the DescribeTransformJob response.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        model_name: Name of the model, usually ``create_model.model_name``.
        source: Objects to transform; for XGBoost CSV without header and label.
        output: Prefix for the predictions, usually an :class:`ExecutionLocation`.
        content_type: MIME type of the input, as in ``text/csv``; default: none is told.
        split_type: ``Line`` (default: records are lines), ``None`` or ``RecordIO``.
        assemble_with: ``Line`` (default: one prediction a line) or ``None``.
        instance_type: ML instance type; default: ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        options: See :class:`TransformStepOptions`.

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
    OPERATION: ClassVar[Operation | None] = Operation("CreateTransformJob", ("TransformJobName",))
    DESCRIBE: ClassVar[str | None] = "DescribeTransformJob"
    OPTIONS: ClassVar[Any] = TransformStepOptions
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_name: str | PipelineVariable,
        source: S3Source,
        output: S3Destination,
        content_type: str | PipelineVariable | None = None,
        split_type: str | PipelineVariable = "Line",
        assemble_with: str | PipelineVariable = "Line",
        instance_type: str | PipelineVariable = INSTANCE_TYPE,
        instance_count: int | PipelineVariable = 1,
        **options: Unpack[TransformStepOptions],
    ) -> None:
        own, rest = split_step_options(options, TransformFields)
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
        request["Environment"] = texts(own.get("environment"))
        self._output = known_location(output)
        access = transform_access(own, source=source, output=output, names=[PIPELINE_JOB_NAME_PATTERN])
        path = f"{scope.node.path}/{id}"
        role = JobRole(own.get("role"), ModelExecutionRole, access, path=path, makes=False, passed=False)
        super().__init__(scope, id, arguments=request, role=role, **rest)

    @property
    def output(self) -> Properties:
        """Prefix of the predictions, as input of another step."""
        return self.properties.transform_output.s3_output_path.within(self._output)

    def statements(self) -> list[iam.PolicyStatement]:
        """The transform job."""
        return action_statements(self, CREATE_TRANSFORM_JOB)

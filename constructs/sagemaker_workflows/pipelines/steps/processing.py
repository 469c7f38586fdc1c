"""Step that runs a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_PROCESSING_JOB
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ProcessingExecutionRole
from sagemaker_workflows.jobs import (
    ProcessingFields,
    ProcessingInput,
    ProcessingOutput,
    processing_access,
    processing_fields,
)
from sagemaker_workflows.pipelines.locations import read_statements
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN, action_statements
from sagemaker_workflows.pipelines.property_files import PropertyFile
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS
from sagemaker_workflows.pipelines.step import JobStepOptions, Operation, PipelineStep
from sagemaker_workflows.pipelines.values import PipelineReference
from sagemaker_workflows.resources.images import ContainerImage


class ProcessingStepOptions(ProcessingFields, JobStepOptions, total=False):
    """Further arguments of a processing step: those of :class:`ProcessingFields` and :class:`JobStepOptions`."""


class StepOutput(PipelineReference):
    """An output of a processing step; it may stand wherever a request takes an S3 location."""

    @property
    def s3_uri(self) -> PipelineReference:
        """URI of the output."""
        return self


class ProcessingStep(PipelineStep):
    """Runs a script on data in S3 as a processing job.

    Properties are those of the DescribeProcessingJob response.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        image: Image to run.
        role: Execution role of the job. One of the library is granted what the
            job touches; of another one a warning says what could not be seen. Default: exactly the role that the job
            needs, child ``Role``.
        entrypoint: Command; default: the image's own.
        arguments: Arguments of the command; default: none.
        inputs: Data and code; a mapping stands for an input in the API's own spelling. Default: none.
        outputs: Directories to upload, usually to an :class:`ExecutionLocation`. Default: none.
        property_files: JSON files in the outputs that conditions read; default: none. The pipeline's role is allowed to
            read them where it is known at synth where they lie; elsewhere a warning says so.
        instance_type: ML instance type; default: ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        options: See :class:`ProcessingStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, a property file names no output, or two property
            files have the same name.

    Example::

        folder, runs = "/opt/ml/processing", S3Location(bucket, "runs/")
        step = ProcessingStep(
            self,
            "Clean",
            image=FirstPartyImage.sklearn(),
            role=role,
            entrypoint=["python3", f"{folder}/code/clean.py"],
            inputs=[ProcessingInput("code", S3Location(bucket, "code/clean.py"), f"{folder}/code")],
            outputs=[ProcessingOutput("clean", ExecutionLocation(runs, "Clean", "clean"), f"{folder}/clean")],
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
    """

    TYPE: ClassVar[str] = "Processing"
    OPERATION: ClassVar[Operation | None] = Operation("CreateProcessingJob", ("ProcessingJobName",))
    DESCRIBE: ClassVar[str | None] = "DescribeProcessingJob"
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        image: ContainerImage,
        role: iam.IRole | None = None,
        entrypoint: Sequence[str | PipelineVariable] = (),
        arguments: Sequence[str | PipelineVariable] = (),
        inputs: Sequence[ProcessingInput | Mapping[str, Any]] = (),
        outputs: Sequence[ProcessingOutput | Mapping[str, Any]] = (),
        property_files: Sequence[PropertyFile] = (),
        instance_type: str | PipelineVariable = INSTANCE_TYPE,
        instance_count: int | PipelineVariable = 1,
        **options: Unpack[ProcessingStepOptions],
    ) -> None:
        own, rest = split_options(options, ProcessingFields)
        path = f"{scope.node.path}/{id}"
        request = processing_fields(
            own,
            image_uri=image.uri(scope),
            entrypoint=entrypoint,
            arguments=arguments,
            inputs=inputs,
            outputs=outputs,
            instance_type=instance_type,
            instance_count=instance_count,
            path=path,
        )
        self._property_files = property_files
        self._destinations = {_output_name(each): _destination(each) for each in outputs}
        self._output_names = [_output_name(each) for each in outputs]
        _check_property_files(property_files, self._output_names, path)
        access = processing_access(own, image=image, inputs=inputs, outputs=outputs, names=[PIPELINE_JOB_NAME_PATTERN])
        job_role = JobRole(role, ProcessingExecutionRole, access, path=path)
        files = [each.render() for each in property_files]
        super().__init__(
            scope,
            id,
            arguments={**request, "RoleArn": job_role.role_arn},
            role=job_role,
            fields={"PropertyFiles": files} if files else None,
            **rest,
        )
        self._warn_of_unknown_places()

    @property
    def property_files(self) -> Sequence[PropertyFile]:
        """JSON files that :class:`JsonGet` can read."""
        return self._property_files

    def output(self, name: str) -> StepOutput:
        """An output of the step, as input of another one.

        Raises:
            InvalidParameterError: The step has no such output.
        """
        if name not in self._output_names:
            known = ", ".join(self._output_names) or "none"
            raise self.error("outputs", f"there is no output {name!r}; write one of {known}")
        output = StepOutput(f"Steps.{self.step_name}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")
        output.location = known_location(self._destinations[name])
        return output

    def statements(self) -> list[iam.PolicyStatement]:
        """The processing job, and reading the property files."""
        statements = action_statements(self, CREATE_PROCESSING_JOB, role_arns=self._role_arns)
        for name in dict.fromkeys(each.output_name for each in self._property_files):
            if location := known_location(self._destinations.get(name)):
                statements += read_statements(location)
        return statements

    def _warn_of_unknown_places(self) -> None:
        for each in self._property_files:
            if known_location(self._destinations.get(each.output_name)) is None:
                Annotations.of(self).add_warning_v2(
                    f"sagemaker-workflows:property-file:{each.name}",
                    f"property_files: it is not known at synth where output {each.output_name!r} lies, so the "
                    f"pipeline's role is not allowed to read {each.name!r}; put it into an ExecutionLocation, or grant "
                    "the role s3:GetObject",
                )


def _output_name(output: ProcessingOutput | Mapping[str, Any]) -> str:
    return output.name if isinstance(output, ProcessingOutput) else str(output.get("OutputName"))


def _destination(output: ProcessingOutput | Mapping[str, Any]) -> Any:
    return output.destination if isinstance(output, ProcessingOutput) else output.get("S3Output", {}).get("S3Uri")


def _check_property_files(files: Sequence[PropertyFile], outputs: Sequence[str], path: str) -> None:
    names = [each.name for each in files]
    for each in files:
        if names.count(each.name) > 1:
            raise InvalidParameterError(path, "property_files", f"two are called {each.name!r}; give each its own name")
        if each.output_name not in outputs:
            known = ", ".join(outputs) or "none"
            raise InvalidParameterError(
                path, "property_files", f"{each.name!r} lies in output {each.output_name!r}; write one of {known}"
            )

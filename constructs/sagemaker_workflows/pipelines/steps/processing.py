"""Step that runs a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.jobs.processing import ProcessingJob, ProcessingOutput, processing_request, processing_role
from sagemaker_workflows.pipelines.locations import read_statements
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.property_files import PropertyFile
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.values import PipelineReference


class ProcessingStepOptions(ProcessingJob, JobStepOptions, total=False):
    """Arguments of a processing step: those of :class:`ProcessingJob` and :class:`JobStepOptions`."""


class StepOutput(PipelineReference):
    """An output of a processing step; it may stand wherever a request takes an S3 location."""

    @property
    def s3_uri(self) -> PipelineReference:
        """URI of the output."""
        return self


class ProcessingStep(JobStep):
    """Runs a script on data in S3 as a processing job.

    Properties are those of the DescribeProcessingJob response.

    Args:
        property_files: JSON files in the outputs that conditions read; default: none. The pipeline's role is allowed to
            read them where it is known at synth where they lie; elsewhere a warning says so.
        options: The job, as :class:`ProcessingJob` says, and the step: :class:`JobStepOptions`.

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
    ACTION: ClassVar[SageMakerAction] = CREATE_PROCESSING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        property_files: Sequence[PropertyFile] = (),
        **options: Unpack[ProcessingStepOptions],
    ) -> None:
        job, rest = split_options(options, ProcessingJob)
        path = f"{scope.node.path}/{id}"
        outputs = job.get("outputs", ())
        self._property_files = property_files
        self._destinations = {_output_name(each): _destination(each) for each in outputs}
        _check_property_files(property_files, list(self._destinations), path)
        request = processing_request(job, scope, path)
        role = processing_role(job, [PIPELINE_JOB_NAME_PATTERN], path)
        files = [each.render() for each in property_files]
        fields = {"PropertyFiles": files} if files else None
        super().__init__(scope, id, request=request, roles=[role], fields=fields, **rest)
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
        if name not in self._destinations:
            known = ", ".join(self._destinations) or "none"
            raise self.error("outputs", f"there is no output {name!r}; write one of {known}")
        output = StepOutput(f"Steps.{self.step_name}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")
        output.location = known_location(self._destinations[name])
        return output

    def statements(self) -> list[iam.PolicyStatement]:
        """The processing job, and reading the property files."""
        statements = super().statements()
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

"""Task state for a processing job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ProcessingExecutionRole
from sagemaker_workflows.jobs import (
    ProcessingFields,
    ProcessingInput,
    ProcessingOutput,
    processing_access,
    processing_fields,
)
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions, split_options


class ProcessingOptions(ProcessingFields, SageMakerTaskOptions, total=False):
    """Further arguments of a processing job: those of :class:`ProcessingFields` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateProcessingJob(SageMakerTask):
    """Runs a script on data in S3 as a processing job.

    With RUN_JOB the result is the DescribeProcessingJob response; the state fails with ``States.TaskFailed`` when the
    job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        processing_job_name: Job name.
        image: Image to run.
        role: Execution role of the job. One of the library is granted what the job touches; of another one a
            warning says what could not be seen. Default: exactly the role that the job needs, child ``Role``.
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

    Example::

        folder = "/opt/ml/processing"
        process = SageMakerCreateProcessingJob(
            self,
            "Clean",
            processing_job_name=JobName.unique("fraud-clean"),
            image=FirstPartyImage.sklearn(),
            role=role,
            entrypoint=["python3", f"{folder}/code/clean.py"],
            inputs=[ProcessingInput("code", S3Location(bucket, "code/clean.py"), f"{folder}/code")],
            outputs=[ProcessingOutput("clean", S3Location(bucket, "clean/"), f"{folder}/clean")],
        )
        WorkflowStateMachine(self, "Workflow", definition=process)

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
        role: iam.IRole | None = None,
        entrypoint: Sequence[str] = (),
        arguments: Sequence[str] = (),
        inputs: Sequence[ProcessingInput | Mapping[str, Any]] = (),
        outputs: Sequence[ProcessingOutput | Mapping[str, Any]] = (),
        instance_type: str | None = INSTANCE_TYPE,
        instance_count: int | None = 1,
        **options: Unpack[ProcessingOptions],
    ) -> None:
        own, rest = split_options(options, ProcessingOptions)
        request = processing_fields(
            own,
            image_uri=image.uri(scope),
            entrypoint=entrypoint,
            arguments=arguments,
            inputs=inputs,
            outputs=outputs,
            instance_type=instance_type,
            instance_count=instance_count,
            path=f"{scope.node.path}/{id}",
        )
        names = [processing_job_name.arn_pattern]
        access = processing_access(own, image=image, inputs=inputs, outputs=outputs, names=names)
        job_role = JobRole(role, ProcessingExecutionRole, access, path=f"{scope.node.path}/{id}")
        super().__init__(
            scope, id, action=self.ACTION, name=processing_job_name, request=request, role=job_role, **rest
        )

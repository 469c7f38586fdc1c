"""Task state for a processing job."""

from __future__ import annotations

from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_PROCESSING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.processing import ProcessingJob, processing_request, processing_role
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class ProcessingOptions(ProcessingJob, SageMakerTaskOptions, total=False):
    """Arguments of a processing job and its state: :class:`ProcessingJob` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateProcessingJob(SageMakerTask):
    """Runs a script on data in S3 as a processing job.

    With RUN_JOB the result is the DescribeProcessingJob response; the state fails with ``States.TaskFailed`` when the
    job fails or is stopped.

    Args:
        processing_job_name: Job name.
        options: The job, as :class:`ProcessingJob` says, and the state: :class:`SageMakerTaskOptions`.

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
        **options: Unpack[ProcessingOptions],
    ) -> None:
        job, rest = split_options(options, ProcessingJob)
        path = f"{scope.node.path}/{id}"
        request = processing_request(job, scope, path)
        role = processing_role(job, [processing_job_name.arn_pattern], path)
        super().__init__(scope, id, action=self.ACTION, name=processing_job_name, request=request, role=role, **rest)

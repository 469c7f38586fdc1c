"""Task state for a training job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_TRAINING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.training import TrainingJob, training_request, training_role
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class TrainingOptions(TrainingJob, SageMakerTaskOptions, total=False):
    """Arguments of a training job and its state: :class:`TrainingJob` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateTrainingJob(SageMakerTask):
    """Trains a model on data in S3.

    With RUN_JOB the result is the DescribeTrainingJob response, ``ModelArtifacts.S3ModelArtifacts`` included; the state
    fails with ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        training_job_name: Job name.
        hyperparameters: Hyperparameters; the API takes strings only.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
        options: The job, as :class:`TrainingJob` says, and the state: :class:`SageMakerTaskOptions`. Debugger and
            profiler are set by ``additional_parameters``.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request, or arguments contradict each other.

    Example::

        train = SageMakerCreateTrainingJob(
            self,
            "Train",
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            training_job_name=JobName.unique("fraud"),
            image=FirstPartyImage.xgboost(),
            role=role,
            channels=[TrainingChannel("train", S3Location(bucket, "train/"), "text/csv")],
            output=S3Location(bucket, "models/"),
            hyperparameters={"objective": "binary:logistic", "num_round": "50"},
        )
        WorkflowStateMachine(self, "Workflow", definition=train)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_TRAINING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        training_job_name: JobName,
        hyperparameters: Mapping[str, str] | None = None,
        experiment: Mapping[str, str] | None = None,
        **options: Unpack[TrainingOptions],
    ) -> None:
        job, rest = split_options(options, TrainingJob)
        path = f"{scope.node.path}/{id}"
        request = {**training_request(job, scope, path, hyperparameters), "ExperimentConfig": experiment}
        role = training_role(job, [training_job_name.arn_pattern], path)
        super().__init__(scope, id, action=self.ACTION, name=training_job_name, request=request, role=role, **rest)

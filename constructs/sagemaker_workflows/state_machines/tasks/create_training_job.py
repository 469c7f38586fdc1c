"""Task state for a training job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_TRAINING_JOB, SageMakerAction
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import TrainingChannel, TrainingFields, raw, training_access, training_fields
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions, split_options


class TrainingOptions(TrainingFields, SageMakerTaskOptions, total=False):
    """Arguments of everything that trains: those of :class:`TrainingFields` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateTrainingJob(SageMakerTask):
    """Trains a model on data in S3.

    With RUN_JOB the result is the DescribeTrainingJob response, ``ModelArtifacts.S3ModelArtifacts`` included; the state
    fails with ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        training_job_name: Job name.
        image: Image of the algorithm; None: ``additional_parameters`` names an algorithm of the marketplace.
        role: Execution role of the job. One of the library is granted what the job touches; of another one a
            warning says what could not be seen. Default: exactly the role that the job needs, child ``Role``.
        channels: Input channels; a mapping stands for one in the API's own spelling, as for a file system.
        output: Prefix for ``<job>/output/model.tar.gz``.
        hyperparameters: Hyperparameters; the API takes strings only.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
        options: See :class:`TrainingOptions`. Debugger and profiler are set by ``additional_parameters``.

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
        image: ContainerImage | None,
        role: iam.IRole | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Location,
        hyperparameters: Mapping[str, str] | None = None,
        experiment: Mapping[str, str] | None = None,
        **options: Unpack[TrainingOptions],
    ) -> None:
        own, rest = split_options(options, TrainingOptions)
        image_uri = image.uri(scope) if image else None
        fields = training_fields(own, image_uri=image_uri, output=output, path=f"{scope.node.path}/{id}")
        request = {
            "AlgorithmSpecification": fields.pop("AlgorithmSpecification"),
            "HyperParameters": hyperparameters,
            "InputDataConfig": [raw(each) for each in channels],
            **fields,
            "ExperimentConfig": experiment,
        }
        names = [training_job_name.arn_pattern]
        access = training_access(own, image=image, channels=channels, output=output, names=names)
        job_role = JobRole(role, TrainingExecutionRole, access, path=f"{scope.node.path}/{id}")
        super().__init__(scope, id, action=self.ACTION, name=training_job_name, request=request, role=job_role, **rest)

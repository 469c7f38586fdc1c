"""Task state for a hyperparameter tuning job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.actions import CREATE_HYPER_PARAMETER_TUNING_JOB, SageMakerAction
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import (
    Range,
    TrainingChannel,
    TuningFields,
    TuningObjective,
    check_hyperparameter_names,
    raw,
    training_access,
    training_fields,
    tuning_fields,
)
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, split_options
from sagemaker_workflows.state_machines.tasks.create_training_job import TrainingOptions


class TuningOptions(TuningFields, TrainingOptions, total=False):
    """Arguments of a tuning job: those of :class:`TuningFields` and :class:`TrainingOptions`."""


class SageMakerCreateHyperParameterTuningJob(SageMakerTask):
    """Searches for the hyperparameters that train the best model, by many training jobs.

    With RUN_JOB the result is the DescribeHyperParameterTuningJob response: ``BestTrainingJob.TrainingJobName`` is the
    name of the best training job, whose artifact lies at ``<output>/<name>/output/model.tar.gz``. The state fails with
    ``States.TaskFailed`` when the job fails or is stopped.

    Training jobs are named ``<tuning job>-<number>-<hash>``, so that an execution role for training jobs
    (:class:`TrainingExecutionRole`) with the pattern of the tuning job's name is all they need.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        tuning_job_name: Job name of at most 32 characters, usually :meth:`JobName.unique_short`.
        image: Image of the algorithm; None: ``additional_parameters`` names an algorithm of the marketplace.
        role: Execution role of the training jobs. One of the library is granted what the job touches; of another one a
            warning says what could not be seen. Default: exactly the role that the job needs, child ``Role``.
        channels: Input channels of each training job; for XGBoost ``train`` and ``validation``.
        output: Prefix for ``<training job>/output/model.tar.gz``.
        objective: Metric to improve.
        ranges: Hyperparameters to search, by name.
        max_jobs: Number of training jobs; None leaves the end to other limits, and to the grid of ``Grid``.
        max_parallel_jobs: How many of them run at a time.
        static_hyperparameters: Hyperparameters that all training jobs have; the API takes strings only.
        options: See :class:`TuningOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request, or arguments contradict each other.

    Example::

        tune = SageMakerCreateHyperParameterTuningJob(
            self,
            "Tune",
            tuning_job_name=JobName.unique_short("fraud"),
            image=FirstPartyImage.xgboost(),
            role=role,
            channels=[
                TrainingChannel("train", S3Location(bucket, "train/"), "text/csv"),
                TrainingChannel("validation", S3Location(bucket, "validation/"), "text/csv"),
            ],
            output=S3Location(bucket, "models/"),
            objective=TuningObjective("validation:auc", maximize=True),
            ranges={"max_depth": IntegerRange(2, 8)},
            max_jobs=4,
            static_hyperparameters={"objective": "binary:logistic", "eval_metric": "auc", "num_round": "50"},
        )
        WorkflowStateMachine(self, "Workflow", definition=tune)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_HYPER_PARAMETER_TUNING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        tuning_job_name: JobName,
        image: ContainerImage | None,
        role: iam.IRole | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Location,
        objective: TuningObjective | None,
        ranges: Mapping[str, Range],
        max_jobs: int | None,
        max_parallel_jobs: int = 1,
        static_hyperparameters: Mapping[str, str] | None = None,
        **options: Unpack[TuningOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        check_hyperparameter_names(ranges, static_hyperparameters or {}, path)
        own, rest = split_options(options, TuningOptions)
        # SageMaker appends to the tuning job's name, and so does the pattern.
        names = [tuning_job_name.arn_pattern]
        access = training_access(own, image=image, channels=channels, output=output, names=names)
        job_role = JobRole(role, TrainingExecutionRole, access, path=path)
        definition = {
            **training_fields(own, image_uri=image.uri(scope) if image else None, output=output, path=path),
            "RoleArn": job_role.role_arn,
            "InputDataConfig": [raw(each) for each in channels],
            "StaticHyperParameters": static_hyperparameters,
        }
        searched = tuning_fields(
            own, objective=objective, ranges=ranges, max_jobs=max_jobs, max_parallel_jobs=max_parallel_jobs
        )
        request = {**searched, "TrainingJobDefinition": definition}
        super().__init__(scope, id, action=self.ACTION, name=tuning_job_name, request=request, role=job_role, **rest)

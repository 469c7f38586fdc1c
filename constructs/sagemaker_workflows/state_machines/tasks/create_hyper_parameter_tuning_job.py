"""Task state for a hyperparameter tuning job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_HYPER_PARAMETER_TUNING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.training import training_role
from sagemaker_workflows.jobs.tuning import TunedTraining, TuningJob, tuned_training_request, tuning_request
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class TuningOptions(TuningJob, TunedTraining, SageMakerTaskOptions, total=False):
    """Arguments of a tuning job and its state: :class:`TuningJob`, :class:`TunedTraining`,
    :class:`SageMakerTaskOptions`."""


class SageMakerCreateHyperParameterTuningJob(SageMakerTask):
    """Searches for the hyperparameters that train the best model, by many training jobs.

    With RUN_JOB the result is the DescribeHyperParameterTuningJob response: ``BestTrainingJob.TrainingJobName`` is the
    name of the best training job, whose artifact lies at ``<output>/<name>/output/model.tar.gz``. The state fails with
    ``States.TaskFailed`` when the job fails or is stopped.

    Training jobs are named ``<tuning job>-<number>-<hash>``, so that an execution role for training jobs
    (:class:`TrainingExecutionRole`) with the pattern of the tuning job's name is all they need.

    Args:
        tuning_job_name: Job name of at most 32 characters, usually :meth:`JobName.unique_short`.
        static_hyperparameters: Hyperparameters that all training jobs have; the API takes strings only.
        options: The search, as :class:`TuningJob` says, the training jobs: :class:`TunedTraining`, and the state:
            :class:`SageMakerTaskOptions`.

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
        static_hyperparameters: Mapping[str, str] | None = None,
        **options: Unpack[TuningOptions],
    ) -> None:
        tuning, others = split_options(options, TuningJob)
        training, rest = split_options(others, TunedTraining)
        path = f"{scope.node.path}/{id}"
        definition = tuned_training_request(training, scope, path, static_hyperparameters)
        # SageMaker appends to the tuning job's name, and so does the pattern.
        role = training_role(training, [tuning_job_name.arn_pattern], path)
        request = {
            **tuning_request(tuning, training),
            "TrainingJobDefinition": {**definition, "RoleArn": role.role_arn},
        }
        super().__init__(scope, id, action=self.ACTION, name=tuning_job_name, request=request, role=role, **rest)

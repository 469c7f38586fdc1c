"""Training with the built-in XGBoost algorithm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_state_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs.training import TrainingChannel, TrainingFields
from sagemaker_workflows.patterns._chainable import ChainablePattern
from sagemaker_workflows.patterns._parts import WAITS, at, handed_on, job_name, language_of, refuse
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTaskOptions
from sagemaker_workflows.state_machines.tasks.create_training_job import SageMakerCreateTrainingJob


class XGBoostTrainingOptions(TrainingFields, SageMakerTaskOptions, total=False):
    """How the job of an :class:`XGBoostTraining` runs: :class:`TrainingFields` and :class:`SageMakerTaskOptions`."""


class XGBoostTraining(ChainablePattern):
    """Training job with the built-in XGBoost algorithm on CSV, label first, no header.

    The container is cut off from every network, of which the algorithm has no need; ``network_isolation=False`` lets an
    image of the team's own have one.

    Args:
        scope: Parent construct.
        id: Construct id.
        name_prefix: Prefix of the job's name; the role may log for such jobs only.
        train: Training rows: an object or a prefix, and nothing but training rows below it.
        models: Prefix for ``<job>/output/model.tar.gz``.
        validation: Rows for the metrics of early stopping, as ``train``; default: none.
        hyperparameters: Default: those of the published sample, objective reg:logistic, eval_metric rmse, num_round 5.
        image: Default: the XGBoost container.
        discriminators: Reference paths that the job's name is made of, too: ``["$$.Map.Item.Index"]`` inside a Map.
        options: The job, as :class:`TrainingFields` says, and the state: :class:`SageMakerTaskOptions`. With
            ``query_language=JSONATA`` the result stands at the same place of the state's output.

    Raises:
        InvalidParameterError: The name prefix is not legal, ``num_round`` is missing, or SageMaker would refuse the
            request.

    Example::

        training = XGBoostTraining(
            self,
            "Training",
            name_prefix="fraud-train",
            train=S3Location(bucket, "train/"),
            models=S3Location(bucket, "models/"),
            hyperparameters={"objective": "binary:logistic", "num_round": "50"},
            max_runtime=Duration.hours(2),
            spot=SpotTraining(Duration.hours(4), checkpoints=S3Location(bucket, "checkpoints/")),
        )
        WorkflowStateMachine(self, "Workflow", definition=training.task)
    """

    #: Name of the state, unless ``state_name`` is given: that in the published samples.
    STATE_NAME: ClassVar[str] = "Train model (XGBoost)"
    #: Where in the state's output the URL of ``model.tar.gz`` stands.
    MODEL_DATA_PATH: ClassVar[str] = "$.training.S3ModelArtifacts"
    #: Hyperparameters of the published samples.
    HYPERPARAMETERS: ClassVar[Mapping[str, str]] = {
        "objective": "reg:logistic",
        "eval_metric": "rmse",
        "num_round": "5",
    }

    @checks_state_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name_prefix: str,
        train: S3Location,
        models: S3Location,
        validation: S3Location | None = None,
        hyperparameters: Mapping[str, str] | None = None,
        image: ContainerImage | None = None,
        discriminators: Sequence[str] = (),
        **options: Unpack[XGBoostTrainingOptions],
    ) -> None:
        super().__init__(scope, id)
        refuse(self, options, WAITS)
        image = image or FirstPartyImage.xgboost()
        name = job_name(self, "name_prefix", name_prefix, discriminators)
        hyperparameters = self.HYPERPARAMETERS if hyperparameters is None else hyperparameters
        if "num_round" not in hyperparameters:
            raise InvalidParameterError(self.node.path, "hyperparameters", "num_round is missing; XGBoost requires it")
        language = language_of(options)
        #: Where in the state's output the URL of ``model.tar.gz`` stands, in the query language of the state.
        self.model_data_path: str = at(language, self.MODEL_DATA_PATH)
        channels = {"train": train, "validation": validation}
        #: Execution role of the job.
        self.role: iam.IRole = options.pop("role", None) or TrainingExecutionRole(self, "Role")
        result = {
            "TrainingJobName": "$.TrainingJobName",
            "S3ModelArtifacts": "$.ModelArtifacts.S3ModelArtifacts",
        }
        given: Any = {
            "state_name": self.STATE_NAME,
            "network_isolation": True,
            **handed_on(language, "training", result),
            **options,
        }
        #: The task state; its result, job name and artifact, is put at ``$.training``.
        self.task = SageMakerCreateTrainingJob(
            self,
            "Task",
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            training_job_name=name,
            image=image,
            role=self.role,
            channels=[TrainingChannel(key, rows, "text/csv") for key, rows in channels.items() if rows],
            output=models,
            hyperparameters=hyperparameters,
            **given,
        )

"""Training with the built-in XGBoost algorithm."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration, Size
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.patterns._names import job_name
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.state_machines.tasks import SageMakerCreateTrainingJob, TrainingChannel


class XGBoostTraining(Construct):
    """Training job with the built-in XGBoost algorithm on CSV, label first, no header.

    Args:
        scope: Parent construct.
        id: Construct id.
        name_prefix: Prefix of the job's name; the role may log for such jobs only.
        train: Training rows: an object or a prefix, and nothing but training rows below it.
        models: Prefix for ``<job>/output/model.tar.gz``.
        hyperparameters: Default: those of the published sample, objective reg:logistic, eval_metric rmse, num_round 5.
        image: Default: the XGBoost container.
        instance_type: Default: ``ml.m5.xlarge``, with 30 GiB and at most 86,400 seconds.
        state_name: Default: that of the published samples.

    Raises:
        InvalidParameterError: The name prefix is not legal, ``num_round`` is missing, or SageMaker would refuse the
            request.
    """

    #: Name of the state in the published samples.
    STATE_NAME = "Train model (XGBoost)"
    #: Where in the state's output the URL of ``model.tar.gz`` stands.
    MODEL_DATA_PATH = "$.training.S3ModelArtifacts"
    #: Hyperparameters of the published samples.
    HYPERPARAMETERS: Mapping[str, str] = {"objective": "reg:logistic", "eval_metric": "rmse", "num_round": "5"}

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name_prefix: str,
        train: S3Location,
        models: S3Location,
        hyperparameters: Mapping[str, str] | None = None,
        image: ContainerImage | None = None,
        instance_type: str = INSTANCE_TYPE,
        state_name: str = STATE_NAME,
    ) -> None:
        super().__init__(scope, id)
        image = image or FirstPartyImage.xgboost()
        name = job_name(self, "name_prefix", name_prefix)
        hyperparameters = hyperparameters or self.HYPERPARAMETERS
        if "num_round" not in hyperparameters:
            raise InvalidParameterError(self.node.path, "hyperparameters", "num_round is missing; XGBoost requires it")
        #: Execution role of the job.
        self.role = TrainingExecutionRole(
            self, "Role", job_name_pattern=name.arn_pattern, image=image, reads=[train], writes=[models]
        )
        #: The task state; its result, job name and artifact, is put at ``$.training``.
        self.task = SageMakerCreateTrainingJob(
            self,
            "Task",
            state_name=state_name,
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            training_job_name=name,
            image=image,
            role=self.role,
            channels=[TrainingChannel("train", train, "text/csv")],
            output=models,
            hyperparameters=hyperparameters,
            instance_type=instance_type,
            volume_size=Size.gibibytes(30),
            max_runtime=Duration.seconds(86_400),
            result_selector={
                "TrainingJobName.$": "$.TrainingJobName",
                "S3ModelArtifacts.$": "$.ModelArtifacts.S3ModelArtifacts",
            },
            result_path="$.training",
        )

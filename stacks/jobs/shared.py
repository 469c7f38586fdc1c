"""Shared parts of the state machines of :class:`SageMakerJobs`: data, images, execution roles, common states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows import (
    MAX_SHORT_PREFIX_LENGTH,
    FirstPartyImage,
    JobName,
    ModelExecutionRole,
    ProcessingExecutionRole,
    S3Location,
    SageMakerCreateModel,
    SageMakerCreateTrainingJob,
    SageMakerCreateTransformJob,
    SeedingFunction,
    TestSplit,
    TrainingChannel,
    TrainingExecutionRole,
    ValidationSplit,
    XGBoostTraining,
)
from stacks.settings import Settings

#: What RUN_JOB states keep of a training job.
TRAINING_RESULT = {
    "TrainingJobName.$": "$.TrainingJobName",
    "TrainingJobArn.$": "$.TrainingJobArn",
    "S3ModelArtifacts.$": "$.ModelArtifacts.S3ModelArtifacts",
}
RUN_JOB = sfn.IntegrationPattern.RUN_JOB


@dataclass(frozen=True)
class Names:
    """Prefixes of the names of everything that the state machines create.

    Args:
        stack: First part of all of them.
    """

    stack: str

    def prefix(self, kind: str) -> str:
        """Prefix of one kind, as in ``sagemakerjobs-train``."""
        return f"{self.stack}-{kind}"

    def unique(self, kind: str) -> JobName:
        """A new name of one kind."""
        return JobName.unique(self.prefix(kind))

    def tuning(self) -> JobName:
        """A new name of a tuning job; its prefix is cut to what SageMaker leaves room for."""
        return JobName.unique_short(f"{self.stack[: MAX_SHORT_PREFIX_LENGTH - 5].rstrip('-')}-tune")


class SharedParts(Construct):
    """Dataset, images and execution roles, one per job kind.

    Args:
        scope: Parent construct.
        id: Construct id.
        settings: See :class:`Settings`.
        stack_prefix: First part of all names.
        location: Gives the object or prefix of a key in the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        stack_prefix: str,
        location: Callable[[str], S3Location],
    ) -> None:
        super().__init__(scope, id)
        self.settings, self.names = settings, Names(stack_prefix)
        self.xgboost, self.sklearn = FirstPartyImage.xgboost(), FirstPartyImage.sklearn()
        self.train, self.validation = location("data/train.csv"), location("data/validation.csv")
        self.test = location("data/test.csv")
        self.labels, self.script = location("data/test-labels.csv"), location("code/transform.py")
        self.interim = location("interim/training-data/train.csv")
        self.models = location("models/")
        self.seeding = SeedingFunction(
            self,
            "Dataset",
            dataset=settings.dataset,
            train=self.train,
            validation=ValidationSplit(self.validation),
            test=TestSplit(features=self.test, labels=self.labels),
            script=settings.processing_script,
            script_destination=self.script,
        )
        self.processed = location("processed/")
        self.statistics = location("statistics/")
        self.predictions = location("predictions/")
        self.processing_role = ProcessingExecutionRole(
            self,
            "ProcessingRole",
            job_name_pattern=self.names.unique("scale").arn_pattern,
            image=self.sklearn,
            reads=[self.train, self.script],
            writes=[self.processed, self.statistics],
        )
        self.training_role = TrainingExecutionRole(
            self,
            "TrainingRole",
            job_name_pattern=[self.names.unique("train").arn_pattern, self.names.tuning().arn_pattern],
            image=self.xgboost,
            reads=[self.train, self.validation, self.interim],
            writes=[self.models],
        )
        self.model_role = ModelExecutionRole(
            self,
            "ModelRole",
            job_name_pattern=self.names.unique("batch").arn_pattern,
            image=self.xgboost,
            reads=[self.models, self.test],
            writes=[self.predictions],
        )

    def training(self, scope: Construct, id: str, *, train: S3Location) -> SageMakerCreateTrainingJob:
        """A training job, whose result is put at ``$.training``."""
        return SageMakerCreateTrainingJob(
            scope,
            id,
            integration_pattern=RUN_JOB,
            training_job_name=self.names.unique("train"),
            image=self.xgboost,
            role=self.training_role,
            channels=[TrainingChannel("train", train, "text/csv")],
            output=self.models,
            hyperparameters=XGBoostTraining.HYPERPARAMETERS,
            instance_type=self.settings.instance_type,
            max_runtime=Duration.hours(1),
            # Longer than the job may run: SageMaker stops it first, unless it hangs where nobody looks.
            task_timeout=Duration.minutes(90),
            result_selector=TRAINING_RESULT,
            result_path="$.training",
        )

    def model(
        self,
        scope: Construct,
        id: str,
        *,
        role: iam.IRole | None = None,
        model_data_path: str = XGBoostTraining.MODEL_DATA_PATH,
    ) -> SageMakerCreateModel:
        """A model, whose name is put at ``$.model.ModelName``; by default for batch transform jobs."""
        return SageMakerCreateModel(
            scope,
            id,
            model_name=self.names.unique("model"),
            image=self.xgboost,
            model_data_url=model_data_path,
            role=role or self.model_role,
            result_selector=SageMakerCreateModel.MODEL_NAME_SELECTOR,
            result_path="$.model",
        )

    def batch_transform(self, scope: Construct, id: str, *, output: S3Location) -> SageMakerCreateTransformJob:
        """Predictions of that model for the test rows; job name, ARN and place replace the state's input."""
        return SageMakerCreateTransformJob(
            scope,
            id,
            integration_pattern=RUN_JOB,
            transform_job_name=self.names.unique("batch"),
            model_name=JobName.from_state("$.model.ModelName", prefix=self.names.prefix("model")),
            source=self.test,
            output=output,
            content_type="text/csv",
            instance_type=self.settings.instance_type,
            result_selector={
                "TransformJobName.$": "$.TransformJobName",
                "TransformJobArn.$": "$.TransformJobArn",
                "S3OutputPath.$": "$.TransformOutput.S3OutputPath",
            },
        )


def validate_output(scope: Construct, *, arn_path: str, error: str) -> sfn.Choice:
    """``ValidateOutput`` → ``Succeed``, or ``Fail`` with ``error`` if the service has answered without an ARN."""
    failed = sfn.Fail(
        scope,
        "Fail",
        error=error,
        cause="The result has no ARN: the service may be disturbed, or the task misconfigured.",
    )
    return (
        sfn.Choice(scope, "ValidateOutput")
        .when(sfn.Condition.not_(sfn.Condition.string_equals(arn_path, "")), sfn.Succeed(scope, "Succeed"))
        .otherwise(failed)
    )

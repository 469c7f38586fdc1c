"""Shared parts of the pipelines of :class:`PipelineSteps`: data, images, execution roles, common steps."""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows import (
    FirstPartyImage,
    ModelContainer,
    ModelExecutionRole,
    ProcessingExecutionRole,
    S3Location,
    SeedingFunction,
    TestSplit,
    TrainingChannel,
    TrainingExecutionRole,
    ValidationSplit,
    XGBoostTraining,
)
from sagemaker_workflows.pipelines import (
    PIPELINE_JOB_NAME_PATTERN,
    PIPELINE_SHORT_JOB_NAME_PATTERN,
    CreateModelStep,
    ExecutionLocation,
    LambdaStep,
    PipelineStep,
    TrainingStep,
)
from stacks.settings import Settings


class SharedParts(Construct):
    """Dataset, images and execution roles, one per job kind.

    Args:
        scope: Parent construct.
        id: Construct id.
        settings: See :class:`Settings`.
        location: Gives the object or prefix of a key in the bucket.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, location: Callable[[str], S3Location]) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self.xgboost, self.sklearn = FirstPartyImage.xgboost(), FirstPartyImage.sklearn()
        self.train, self.validation = location("data/train.csv"), location("data/validation.csv")
        self.test, self.labels = location("data/test.csv"), location("data/test-labels.csv")
        self.script, self.models, self.runs = location("code/transform.py"), location("models/"), location("runs/")
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
        data = [self.train, self.validation, self.test]
        self.processing_role = ProcessingExecutionRole(
            self,
            "ProcessingRole",
            job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
            image=self.sklearn,
            reads=[*data, self.script],
            writes=[self.runs],
        )
        self.training_role = TrainingExecutionRole(
            self,
            "TrainingRole",
            job_name_pattern=[PIPELINE_JOB_NAME_PATTERN, PIPELINE_SHORT_JOB_NAME_PATTERN],
            image=self.xgboost,
            reads=[*data, self.runs],
            writes=[self.models, self.runs],
        )
        self.model_role = ModelExecutionRole(
            self,
            "ModelRole",
            job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
            image=self.xgboost,
            reads=[self.models, self.test],
            writes=[self.runs],
        )

    @property
    def channels(self) -> list[TrainingChannel]:
        """The training data and the validation data."""
        return [
            TrainingChannel("train", self.train, "text/csv"),
            TrainingChannel("validation", self.validation, "text/csv"),
        ]

    def run(self, *parts: str) -> ExecutionLocation:
        """A prefix of one execution's own."""
        return ExecutionLocation(self.runs, *parts)

    def seed(self, scope: Construct) -> LambdaStep:
        """Puts dataset and script into the bucket."""
        return LambdaStep(scope, "Seed", function=self.seeding)

    def training(self, scope: Construct, *, after: PipelineStep) -> TrainingStep:
        """Trains XGBoost on the seeded data."""
        return TrainingStep(
            scope,
            "Train",
            image=self.xgboost,
            role=self.training_role,
            channels=self.channels,
            output=self.models,
            hyperparameters=XGBoostTraining.HYPERPARAMETERS,
            instance_type=self.settings.instance_type,
            max_runtime=Duration.hours(1),
            depends_on=[after],
        )

    def model(self, scope: Construct, train: TrainingStep) -> CreateModelStep:
        """A model of what was trained."""
        container = ModelContainer(self.xgboost, train.model_artifacts)
        return CreateModelStep(scope, "CreateModel", containers=[container], role=self.model_role)

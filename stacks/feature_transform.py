"""Sample project: preprocess data and train a machine-learning model."""

from __future__ import annotations

from typing import Any

from constructs import Construct

from sagemaker_workflows import SeedingFunction, Standardization, WorkflowStateMachine
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class FeatureTransform(WorkflowStack):
    """Generate dataset → standardization (processing job) → XGBoost training.

    Follows https://docs.aws.amazon.com/step-functions/latest/dg/sample-preprocess-feature-transform.html; arguments as
    in :class:`WorkflowStack`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        raw, script = self.location("input/raw.csv"), self.location("code/transform.py")
        train, statistics = self.location("train/"), self.location("statistics/")

        seeding = SeedingFunction(
            self,
            "LambdaForDataGeneration",
            dataset=settings.dataset,
            train=raw,
            script=settings.processing_script,
            script_destination=script,
        )
        standardization = Standardization(
            self,
            "Standardization",
            name_prefix=self.name_prefix("scale"),
            script=script,
            raw=raw,
            train=train,
            statistics=statistics,
            instance_type=settings.instance_type,
        )
        training = self.training(train)
        definition = (
            seeding.task(self, "Generate dataset", result_path="$.dataset")
            .next(standardization.task)
            .next(training.task)
        )
        machine = WorkflowStateMachine(self, "StateMachine", definition=definition)
        self.add_outputs(machine, TrainingData=train, Statistics=statistics, Models=self.models)

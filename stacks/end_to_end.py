"""The whole way in one state machine: dataset, standardization, training, model, predictions."""

from __future__ import annotations

from typing import Any

from constructs import Construct

from sagemaker_workflows import (
    SeedingFunction,
    Standardization,
    TestSplit,
    WorkflowStateMachine,
)
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class EndToEnd(WorkflowStack):
    """Generate dataset → standardization → XGBoost training → model → batch transform of the standardized test set.

    Training and test rows are standardized with the training rows' statistics. Arguments as in :class:`WorkflowStack`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        raw, raw_test = self.location("input/raw.csv"), self.location("input/test.csv")
        labels, script = self.location("labels/test.csv"), self.location("code/transform.py")
        train, test, statistics = self.location("train/"), self.location("test/"), self.location("statistics/")

        seeding = SeedingFunction(
            self,
            "SeedingFunction",
            dataset=settings.dataset,
            train=raw,
            test=TestSplit(features=raw_test, labels=labels),
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
            raw_test=raw_test,
            test=test,
            instance_type=settings.instance_type,
        )
        training, inference = self.training(train), self.inference(test)
        definition = (
            seeding.task(self, "Generate dataset", result_path="$.dataset")
            .next(standardization.task)
            .next(training.task)
            .next(inference.chain)
        )
        machine = WorkflowStateMachine(self, "StateMachine", definition=definition)
        self.add_outputs(
            machine, Statistics=statistics, Models=self.models, Predictions=self.predictions, TestLabels=labels
        )

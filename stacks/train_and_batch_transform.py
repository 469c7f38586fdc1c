"""Sample project: train a machine-learning model and get predictions from it."""

from __future__ import annotations

from typing import Any

from constructs import Construct

from sagemaker_workflows import SeedingFunction, TestSplit, WorkflowStateMachine
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class TrainAndBatchTransform(WorkflowStack):
    """Generate dataset → XGBoost training → model → batch transform.

    Follows https://docs.aws.amazon.com/step-functions/latest/dg/sample-train-model.html; arguments as in
    :class:`WorkflowStack`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        train, test = self.location("csv/train.csv"), self.location("csv/test.csv")
        labels = self.location("labels/test.csv")

        seeding = SeedingFunction(
            self, "SeedingFunction", dataset=settings.dataset, train=train, test=TestSplit(features=test, labels=labels)
        )
        training, inference = self.training(train), self.inference(test)
        definition = (
            seeding.task(self, "Generate dataset", result_path="$.dataset").next(training.task).next(inference.chain)
        )
        machine = WorkflowStateMachine(self, "StateMachine", definition=definition)
        self.add_outputs(machine, Models=self.models, Predictions=self.predictions, TestLabels=labels)

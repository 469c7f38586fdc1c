"""The documented examples of SageMaker's optimized integration, one state machine each."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows import WorkflowStateMachine
from stacks.jobs.endpoint import endpoint
from stacks.jobs.labeling import labeling
from stacks.jobs.processing import processing_with_validation
from stacks.jobs.shared import SharedParts
from stacks.jobs.training import training_with_retry
from stacks.jobs.transform import transform_with_validation
from stacks.jobs.tuning import tuning
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class SageMakerJobs(WorkflowStack):
    """Six state machines that share one bucket, one dataset and one execution role per job kind.

    ``TrainingWithRetry``, ``ProcessingWithValidation``, ``Labeling``, ``TransformWithValidation``, ``Tuning`` and
    ``Endpoint`` follow the examples of https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/sample-hyper-tuning.html; arguments as in
    :class:`WorkflowStack`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        shared = SharedParts(self, "Shared", settings=settings, stack_prefix=self.stack_prefix, location=self.location)
        transformed, tuned = self.location("predictions/transform/"), self.location("predictions/tuning/")
        labels = self.location("labels/")
        definitions = {
            "TrainingWithRetry": training_with_retry(self._states("TrainingWithRetry"), shared),
            "ProcessingWithValidation": processing_with_validation(self._states("ProcessingWithValidation"), shared),
            "Labeling": labeling(self._states("Labeling"), shared, output=labels),
            "TransformWithValidation": transform_with_validation(
                self._states("TransformWithValidation"), shared, output=transformed
            ),
            "Tuning": tuning(self._states("Tuning"), shared, output=tuned),
            "Endpoint": endpoint(self._states("Endpoint"), shared),
        }
        # The processing example has a time limit of its own; a person may take longer than a machine.
        timeouts = {
            "ProcessingWithValidation": Duration.hours(1),
            "Labeling": Duration.days(14),
            "Endpoint": Duration.hours(6),
        }
        machines = {
            name: WorkflowStateMachine(self, name, definition=definition, timeout=timeouts.get(name))
            for name, definition in definitions.items()
        }
        self.add_outputs_of_several(
            machines,
            Models=self.models,
            ProcessedData=shared.processed,
            Labels=labels,
            TransformPredictions=transformed,
            TuningPredictions=tuned,
            TrueLabels=shared.labels,
        )

    def _states(self, machine: str) -> Construct:
        """Scope for the states of one machine, whose names may be those of another's."""
        return Construct(self, f"{machine}States")

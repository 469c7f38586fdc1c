"""The actions of the optimized SageMaker integration, as data.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html. The managed rules of processing and
tuning jobs are named in AWS's Step Functions Data Science SDK; that of labeling jobs is published nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class JobAction:
    """An action that starts a job and can wait for it.

    Args:
        noun: The job kind as the API spells it, as in ``TrainingJob``.
        managed_rule: EventBridge rule that ``.sync`` needs; ``*`` where its name is not published.
    """

    noun: str
    managed_rule: str

    @property
    def name_field(self) -> str:
        """Request and response field with the job's name."""
        return f"{self.noun}Name"

    @property
    def status_field(self) -> str:
        """Describe field with the job's status."""
        return f"{self.noun}Status"


_RULE = "StepFunctionsGetEventsForSageMaker"
JOB_ACTIONS: Mapping[str, JobAction] = {
    "createProcessingJob": JobAction("ProcessingJob", f"{_RULE}ProcessingJobsRule"),
    "createTrainingJob": JobAction("TrainingJob", f"{_RULE}TrainingJobsRule"),
    "createTransformJob": JobAction("TransformJob", f"{_RULE}TransformJobsRule"),
    "createHyperParameterTuningJob": JobAction("HyperParameterTuningJob", f"{_RULE}TuningJobsRule"),
    "createLabelingJob": JobAction("LabelingJob", f"{_RULE}*"),
}
REQUEST_RESPONSE_ONLY = frozenset({"createModel", "createEndpoint", "createEndpointConfig", "updateEndpoint"})


def supports(action: str, condition: str | None) -> bool:
    """Whether Step Functions has ``arn:aws:states:::sagemaker:<action>[.<condition>]``."""
    if condition is None:
        return action in JOB_ACTIONS or action in REQUEST_RESPONSE_ONLY
    return condition == "sync" and action in JOB_ACTIONS

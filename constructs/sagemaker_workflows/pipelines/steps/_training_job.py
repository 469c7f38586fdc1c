"""What all steps have in common that are training jobs to the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_TRAINING_JOB, SageMakerAction
from sagemaker_workflows.jobs.training import TrainingFields, TrainingJob, training_request, training_role
from sagemaker_workflows.pipelines.step import JobStepOptions, ResourceStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep
from sagemaker_workflows.pipelines.string_values import string_values


class CodeStepOptions(TrainingFields, ResourceStepOptions, total=False):
    """How a team's code runs as a training job: :class:`TrainingFields` and :class:`ResourceStepOptions`.

    Keys:
        retry_attempts: How often SageMaker itself runs the job again after an internal error, 1 to 30; default: 1.
    """

    retry_attempts: int


def training_step_request(
    job: TrainingJob, scope: Construct, path: str, hyperparameters: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The request of a training job in a pipeline, where numbers and variables stand for text.

    Args:
        job: The job.
        scope: Any construct of the stack.
        path: Construct path, for messages.
        hyperparameters: Texts, numbers and pipeline variables.

    Raises:
        InvalidParameterError: Arguments contradict each other.
    """
    request = training_request(job, scope, path, string_values(hyperparameters))
    return {**request, "Environment": string_values(job.get("environment"))}


class TrainingJobStep(JobStep):
    """Base of the steps that run a training job.

    Args:
        job: The job.
        request: Its request.
        reads: Further places that the job reads, by the argument that names them.
        options: See :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request.
    """

    TYPE: ClassVar[str] = "Training"
    ACTION: ClassVar[SageMakerAction] = CREATE_TRAINING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        job: TrainingJob,
        request: Mapping[str, Any],
        reads: Mapping[str, Any] | None = None,
        **options: Unpack[JobStepOptions],
    ) -> None:
        role = training_role(job, [self.job_names], f"{scope.node.path}/{id}", **(reads or {}))
        super().__init__(scope, id, request=request, roles=[role], **options)

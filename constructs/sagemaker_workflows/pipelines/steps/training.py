"""Step that trains a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.jobs.training import TrainingJob
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._training_job import TrainingJobStep, training_step_request


class TrainingStepOptions(TrainingJob, JobStepOptions, total=False):
    """Arguments of a training step: those of :class:`TrainingJob` and :class:`JobStepOptions`."""


class TrainingStep(TrainingJobStep):
    """Trains a model on data in S3.

    Properties are those of the DescribeTrainingJob response.

    Args:
        hyperparameters: Texts, numbers and pipeline variables; the job gets them as text.
        options: The job, as :class:`TrainingJob` says, and the step: :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, or arguments contradict each other.

    Example::

        step = TrainingStep(
            self,
            "Train",
            image=FirstPartyImage.xgboost(),
            role=role,
            channels=[TrainingChannel("train", S3Location(bucket, "train/"), "text/csv")],
            output=S3Location(bucket, "models/"),
            hyperparameters={"objective": "reg:squarederror", "num_round": 50},
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        hyperparameters: Mapping[str, Any] | None = None,
        **options: Unpack[TrainingStepOptions],
    ) -> None:
        job, rest = split_options(options, TrainingJob)
        self._output = known_location(job["output"])
        request = training_step_request(job, scope, f"{scope.node.path}/{id}", hyperparameters)
        super().__init__(scope, id, job=job, request=request, **rest)

    @property
    def model_artifacts(self) -> Properties:
        """URI of ``model.tar.gz``."""
        return self.properties.model_artifacts.s3_model_artifacts.within(self._output)

"""Step that trains a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.iam.access import known_location
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import TrainingChannel, TrainingFields, raw, training_access, training_fields
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._training_job import TrainingJobStep
from sagemaker_workflows.pipelines.texts import texts
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Destination


class TrainingStepOptions(TrainingFields, JobStepOptions, total=False):
    """Further arguments of a training step: those of :class:`TrainingFields` and :class:`JobStepOptions`."""


class TrainingStep(TrainingJobStep):
    """Trains a model on data in S3.

    Properties are those of the DescribeTrainingJob response.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        image: Image of the algorithm; None: ``additional_arguments`` names an algorithm of the marketplace.
        role: Execution role of the job. One of the library is granted what the
            job touches; of another one a warning says what could not be seen. Default: exactly the role that the job
            needs, child ``Role``.
        channels: Input channels; a mapping stands for one in the API's own spelling.
        output: Prefix for ``<job>/output/model.tar.gz``.
        hyperparameters: Texts, numbers and pipeline variables; the job gets them as text.
        options: See :class:`TrainingStepOptions`.

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
        image: ContainerImage | None,
        role: iam.IRole | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Destination,
        hyperparameters: Mapping[str, Any] | None = None,
        **options: Unpack[TrainingStepOptions],
    ) -> None:
        own, rest = split_options(options, TrainingFields)
        image_uri = image.uri(scope) if image else None
        fields = training_fields(own, image_uri=image_uri, output=output, path=f"{scope.node.path}/{id}")
        fields["Environment"] = texts(own.get("environment"))
        access = training_access(own, image=image, channels=channels, output=output, names=[PIPELINE_JOB_NAME_PATTERN])
        job_role = JobRole(role, TrainingExecutionRole, access, path=f"{scope.node.path}/{id}")
        arguments = {
            **fields,
            "HyperParameters": texts(hyperparameters),
            "InputDataConfig": [raw(each) for each in channels] or None,
            "RoleArn": job_role.role_arn,
        }
        self._output = known_location(output)
        super().__init__(scope, id, arguments=arguments, role=job_role, **rest)

    @property
    def model_artifacts(self) -> Properties:
        """URI of ``model.tar.gz``."""
        return self.properties.model_artifacts.s3_model_artifacts.within(self._output)

"""Step that trains a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.jobs import TrainingChannel, TrainingFields, raw, training_fields
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.step import JobStepOptions, split_step_options
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
        role: Execution role of the job, with :data:`PIPELINE_JOB_NAME_PATTERN` as its names.
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

    OPTIONS: ClassVar[Any] = TrainingStepOptions

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        image: ContainerImage | None,
        role: iam.IRole,
        channels: Sequence[TrainingChannel | Mapping[str, Any]],
        output: S3Destination,
        hyperparameters: Mapping[str, Any] | None = None,
        **options: Unpack[TrainingStepOptions],
    ) -> None:
        own, rest = split_step_options(options, TrainingFields)
        image_uri = image.uri(scope) if image else None
        fields = training_fields(own, image_uri=image_uri, output=output, path=f"{scope.node.path}/{id}")
        fields["Environment"] = texts(own.get("environment"))
        arguments = {
            **fields,
            "HyperParameters": texts(hyperparameters),
            "InputDataConfig": [raw(each) for each in channels] or None,
            "RoleArn": role.role_arn,
        }
        self._role = role
        super().__init__(scope, id, arguments=arguments, **rest)

    @property
    def model_artifacts(self) -> Properties:
        """URI of ``model.tar.gz``."""
        return self.properties.model_artifacts.s3_model_artifacts

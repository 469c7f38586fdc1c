"""Task state for a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_rules.actions import CREATE_MODEL, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.model import ModelFields, container_fields, model_request, model_role
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._results import name_outputs, name_selector
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


class ModelOptions(ModelFields, SageMakerTaskOptions, total=False):
    """Arguments of a model and the state that creates it: :class:`ModelFields` and :class:`SageMakerTaskOptions`."""


class SageMakerCreateModel(SageMakerTask):
    """Creates a model from an artifact that a training job wrote.

    The API answers with the model's ARN only; :attr:`MODEL_NAME_SELECTOR` as ``result_selector`` (JSONata:
    :attr:`MODEL_NAME_OUTPUTS` as ``state_outputs``) takes the name out of it, so that a later state gets the name from
    the state and need not rebuild it.

    Args:
        model_name: Model name.
        image: Inference image; for XGBoost the one that trained. None: ``additional_parameters`` names ``Containers``
            or a model package.
        model_data_url: ``model.tar.gz``, its URL, or a JSONPath (JSONata) expression for it; None: there is none here.
        environment: Environment variables of the container; default: none.
        options: The model, as :class:`ModelFields` says, and the state: :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: RUN_JOB or WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        save = SageMakerCreateModel(
            self,
            "Save model",
            model_name=JobName.unique("fraud"),
            image=FirstPartyImage.xgboost(),
            model_data_url="$.training.S3ModelArtifacts",
            role=role,
            result_selector=SageMakerCreateModel.MODEL_NAME_SELECTOR,
        )
        WorkflowStateMachine(self, "Workflow", definition=save)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_MODEL

    #: Result selector that gives ``{"ModelName": ..., "ModelArn": ...}``.
    MODEL_NAME_SELECTOR: ClassVar[Mapping[str, str]] = name_selector("Model")
    #: The same as JSONata ``state_outputs``.
    MODEL_NAME_OUTPUTS: ClassVar[Mapping[str, str]] = name_outputs("Model")

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_name: JobName,
        image: ContainerImage | None,
        model_data_url: str | S3Location | None,
        environment: Mapping[str, str] | None = None,
        **options: Unpack[ModelOptions],
    ) -> None:
        model, rest = split_options(options, ModelFields)
        url = model_data_url.uri if isinstance(model_data_url, S3Location) else model_data_url
        is_path = url is not None and url.startswith("$")
        container = container_fields(
            image_uri=image.uri(scope) if image else None,
            model_data_url=sfn.JsonPath.string_at(str(url)) if is_path else url,
            environment=environment,
        )
        request = model_request(model, [container] if any(container.values()) else [])
        artifacts = {"model_data_url": model_data_url}
        role = model_role(model, f"{scope.node.path}/{id}", images=[image] if image else [], artifacts=artifacts)
        super().__init__(scope, id, action=self.ACTION, name=model_name, request=request, role=role, **rest)

"""Step that creates a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import CREATE_MODEL, SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows.jobs.fields import places
from sagemaker_workflows.jobs.model import ModelContainer, ModelFields, model_request, model_role
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import STEP_EXCEPTIONS
from sagemaker_workflows.pipelines.step import ResourceStepOptions
from sagemaker_workflows.pipelines.steps._containers import render_containers
from sagemaker_workflows.pipelines.steps._job_step import JobStep


class CreateModelStepOptions(ModelFields, ResourceStepOptions, total=False):
    """Arguments of a step that creates a model: those of :class:`ModelFields` and :class:`ResourceStepOptions`."""


class CreateModelStep(JobStep):
    """Creates a model, which batch transform jobs and endpoints run.

    Properties are those of the DescribeModel response.

    Args:
        containers: One container; or 2 to 15 that each request passes through in this order (inference pipeline). A
            mapping stands for one in the API's own spelling.
        options: The model, as :class:`ModelFields` says, and the step: :class:`ResourceStepOptions`. Retry policies may
            name errors of the call only (``Step.*``).

    Raises:
        InvalidParameterError: The service would refuse the request, or model data is a prefix.

    Example::

        container = ModelContainer(FirstPartyImage.xgboost(), S3Location(bucket, "models/model.tar.gz"))
        step = CreateModelStep(self, "Create", containers=[container], role=role)
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
    """

    TYPE: ClassVar[str] = "Model"
    ACTION: ClassVar[SageMakerAction] = CREATE_MODEL
    RETRYABLE: ClassVar[frozenset[str]] = STEP_EXCEPTIONS

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        containers: Sequence[ModelContainer | Mapping[str, Any]],
        **options: Unpack[CreateModelStepOptions],
    ) -> None:
        model, rest = split_options(options, ModelFields)
        request = model_request(model, render_containers(containers, scope=scope, id=id))
        images = [each.image for each in containers if isinstance(each, ModelContainer)]
        artifacts = places("containers", containers, "model_data")
        role = model_role(model, f"{scope.node.path}/{id}", images=images, artifacts=artifacts)
        super().__init__(scope, id, request=request, roles=[role], **rest)

    @property
    def model_name(self) -> Properties:
        """Name that the service gives to the model."""
        return self.properties.model_name

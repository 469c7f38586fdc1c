"""A model from a training job's artifact, and its predictions for a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_state_arguments
from sagemaker_workflows._core.query_language import JSON_PATH
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.patterns._chainable import ChainablePattern
from sagemaker_workflows.patterns._parts import WAITS, at, handed_on, job_name, language_of, placed, refuse
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.resources.network import JobNetwork
from sagemaker_workflows.state_machines.tasks.create_model import SageMakerCreateModel
from sagemaker_workflows.state_machines.tasks.create_transform_job import SageMakerCreateTransformJob, TransformOptions

#: Arguments of both states; all others are those of the transform job.
_OF_BOTH = ("query_language", "tags", "credentials", "retry_on_service_exceptions")
_SET_HERE = {**WAITS, "state_name": "write model_state_name or transform_state_name"}


class BatchInferenceOptions(TransformOptions, total=False):
    """Arguments of the transform job and its state, on top of those of :class:`BatchInference`.

    Query language, tags, credentials and retries count for the state that creates the model, too.

    Keys:
        role: Execution role of the model, under which the job runs; default: a new one, which may do what both need
            and nothing else.
        network: Subnets and security groups of the model; default: none of the team's own.
        network_isolation: Whether the model's container is cut off from every network; default: True.
    """

    network: JobNetwork | None
    network_isolation: bool


class BatchInference(ChainablePattern):
    """Creates a model and runs a batch transform job with it.

    Args:
        scope: Parent construct.
        id: Construct id.
        model_name_prefix: Prefix of the model's name.
        transform_name_prefix: Prefix of the transform job's name; the role may log for such jobs only.
        model_data_path: JSONPath to the URL of ``model.tar.gz`` in the state's input, or an expression of JSONata:
            ``model_data_path`` of an :class:`XGBoostTraining`.
        models: Prefix below which the artifact lies.
        image: Default: the XGBoost container. Give the one that trained.
        model_state_name: Default: that of the published sample.
        transform_state_name: Default: that of the published sample.
        discriminators: Reference paths that the names are made of, too: ``["$$.Map.Item.Index"]`` inside a Map.
        options: See :class:`BatchInferenceOptions`: ``source`` (rows to predict, CSV without label and header unless
            ``content_type`` says otherwise), ``output`` (one ``<object name>.out`` per object, one prediction a line),
            and what else :class:`TransformJob` has.

    Raises:
        InvalidParameterError: A name prefix is not legal, or SageMaker would refuse a request.

    Example::

        inference = BatchInference(
            self,
            "Inference",
            model_name_prefix="fraud-model",
            transform_name_prefix="fraud-batch",
            model_data_path=XGBoostTraining.MODEL_DATA_PATH,
            models=S3Location(bucket, "models/"),
            source=S3Location(bucket, "test/"),
            output=S3Location(bucket, "predictions/"),
        )
        WorkflowStateMachine(self, "Workflow", definition=inference.chain)
    """

    #: Names of the states in the published sample.
    MODEL_STATE_NAME: ClassVar[str] = "Save Model"
    TRANSFORM_STATE_NAME: ClassVar[str] = "Batch transform"

    @checks_state_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_name_prefix: str,
        transform_name_prefix: str,
        model_data_path: str,
        models: S3Location,
        image: ContainerImage | None = None,
        model_state_name: str = MODEL_STATE_NAME,
        transform_state_name: str = TRANSFORM_STATE_NAME,
        discriminators: Sequence[str] = (),
        **options: Unpack[BatchInferenceOptions],
    ) -> None:
        super().__init__(scope, id)
        refuse(self, options, _SET_HERE)
        image = image or FirstPartyImage.xgboost()
        transform_name = job_name(self, "transform_name_prefix", transform_name_prefix, discriminators)
        language, network = language_of(options), options.pop("network", None)
        isolation = options.pop("network_isolation", True)
        common: Any = {key: value for key, value in options.items() if key in _OF_BOTH}
        #: Execution role of the model, under which the transform job runs.
        self.role: iam.IRole = options.get("role") or ModelExecutionRole(self, "Role", image=image, reads=[models])
        model_name: Any = {"result_selector": SageMakerCreateModel.MODEL_NAME_SELECTOR, "result_path": "$.model"}
        if language != JSON_PATH:
            model_name = placed("model", SageMakerCreateModel.MODEL_NAME_OUTPUTS)
        #: The task state that creates the model; its name is put at ``$.model.ModelName``.
        self.save_model = SageMakerCreateModel(
            self,
            "SaveModel",
            state_name=model_state_name,
            model_name=job_name(self, "model_name_prefix", model_name_prefix, discriminators),
            image=image,
            model_data_url=model_data_path,
            role=self.role,
            network=network,
            network_isolation=isolation,
            **model_name,
            **common,
        )
        result = {"TransformJobName": "$.TransformJobName", "S3OutputPath": "$.TransformOutput.S3OutputPath"}
        given: Any = {
            "content_type": "text/csv",
            **handed_on(language, "transform", result),
            **options,
            "role": self.role,
        }
        #: The task state that gets the predictions; job name and output are put at ``$.transform``.
        self.transform = SageMakerCreateTransformJob(
            self,
            "Transform",
            state_name=transform_state_name,
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            transform_job_name=transform_name,
            model_name=JobName.from_state(at(language, "$.model.ModelName"), prefix=model_name_prefix),
            **given,
        )
        #: Both states, one after the other.
        self.chain = self.save_model.next(self.transform)

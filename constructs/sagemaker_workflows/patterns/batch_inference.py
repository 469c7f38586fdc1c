"""A model from a training job's artifact, and its predictions for a dataset."""

from __future__ import annotations

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.patterns._names import job_name
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks import SageMakerCreateModel, SageMakerCreateTransformJob


class BatchInference(Construct):
    """Creates a model and runs a batch transform job with it.

    Args:
        scope: Parent construct.
        id: Construct id.
        model_name_prefix: Prefix of the model's name.
        transform_name_prefix: Prefix of the transform job's name; the role may log for such jobs only.
        model_data_path: JSONPath to the URL of ``model.tar.gz`` in the state's input.
        models: Prefix below which the artifact lies.
        source: Rows to predict, CSV without label and header: an object or a prefix.
        output: Prefix for the predictions, one ``<object name>.out`` per object, one prediction a line.
        image: Default: the XGBoost container. Give the one that trained.
        instance_type: Default: ``ml.m5.xlarge``.
        model_state_name: Default: that of the published sample.
        transform_state_name: Default: that of the published sample.

    Raises:
        InvalidParameterError: A name prefix is not legal, or SageMaker would refuse a request.
    """

    #: Names of the states in the published sample.
    MODEL_STATE_NAME = "Save Model"
    TRANSFORM_STATE_NAME = "Batch transform"

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_name_prefix: str,
        transform_name_prefix: str,
        model_data_path: str,
        models: S3Location,
        source: S3Location,
        output: S3Location,
        image: ContainerImage | None = None,
        instance_type: str = INSTANCE_TYPE,
        model_state_name: str = MODEL_STATE_NAME,
        transform_state_name: str = TRANSFORM_STATE_NAME,
    ) -> None:
        super().__init__(scope, id)
        image = image or FirstPartyImage.xgboost()
        transform_name = job_name(self, "transform_name_prefix", transform_name_prefix)
        #: Execution role of the model, under which the transform job runs.
        self.role = ModelExecutionRole(
            self,
            "Role",
            job_name_pattern=transform_name.arn_pattern,
            image=image,
            reads=[models, source],
            writes=[output],
        )
        #: The task state that creates the model; its name is put at ``$.model.ModelName``.
        self.save_model = SageMakerCreateModel(
            self,
            "SaveModel",
            state_name=model_state_name,
            model_name=job_name(self, "model_name_prefix", model_name_prefix),
            image=image,
            model_data_url=model_data_path,
            role=self.role,
            result_selector=SageMakerCreateModel.MODEL_NAME_SELECTOR,
            result_path="$.model",
        )
        #: The task state that gets the predictions; job name and output are put at ``$.transform``.
        self.transform = SageMakerCreateTransformJob(
            self,
            "Transform",
            state_name=transform_state_name,
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            transform_job_name=transform_name,
            model_name=JobName.from_state("$.model.ModelName", prefix=model_name_prefix),
            source=source,
            output=output,
            content_type="text/csv",
            instance_type=instance_type,
            result_selector={
                "TransformJobName.$": "$.TransformJobName",
                "S3OutputPath.$": "$.TransformOutput.S3OutputPath",
            },
            result_path="$.transform",
        )
        #: Both states, one after the other.
        self.chain = self.save_model.next(self.transform)

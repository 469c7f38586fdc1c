"""A pipeline that builds a model: preprocess, train, evaluate, and register it if it is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from aws_cdk import aws_sns as sns
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.roles import ModelExecutionRole, ProcessingExecutionRole, TrainingExecutionRole
from sagemaker_workflows.jobs.model import ModelContainer
from sagemaker_workflows.jobs.model_package import MetricsSource, ModelMetrics
from sagemaker_workflows.jobs.processing import ProcessingInput, ProcessingOutput
from sagemaker_workflows.jobs.script_mode import TrainingScript
from sagemaker_workflows.jobs.training import TrainingChannel
from sagemaker_workflows.lineage import origin
from sagemaker_workflows.pipelines.conditions import ConditionLessThanOrEqualTo
from sagemaker_workflows.pipelines.locations import ExecutionLocation
from sagemaker_workflows.pipelines.model_build_mail import send_mail
from sagemaker_workflows.pipelines.model_build_roles import ModelBuildRoleNames
from sagemaker_workflows.pipelines.model_build_scripts import ModelBuildScripts, builtin_regression_dataset
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.pipeline import Pipeline, PipelineOptions
from sagemaker_workflows.pipelines.property_files import PropertyFile
from sagemaker_workflows.pipelines.steps._model_groups import ModelPackageGroupReference
from sagemaker_workflows.pipelines.steps.condition import ConditionStep
from sagemaker_workflows.pipelines.steps.create_model import CreateModelStep
from sagemaker_workflows.pipelines.steps.processing import ProcessingStep
from sagemaker_workflows.pipelines.steps.register_model import RegisterModelStep
from sagemaker_workflows.pipelines.steps.training import TrainingStep
from sagemaker_workflows.pipelines.values import (
    ExecutionVariables,
    Join,
    JsonGet,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker_workflows.resources.datasets import Dataset
from sagemaker_workflows.resources.images import FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location

_PROCESSING = "/opt/ml/processing"


class ModelBuild(Construct):
    """Preprocess → train → evaluate → register and create the model if its error is low enough, else tell the team.

    The processing jobs are cut off from every network. The training job is not: the XGBoost container fetches the
    script from S3 itself.

    Parameters of an execution: ``InputDataUri`` (one CSV file), ``ProcessingInstanceType``, ``TrainingInstanceType``,
    ``TrainingRounds`` and ``MseThreshold``, all with defaults.

    Args:
        scope: Parent construct.
        id: Construct id.
        runs: Prefix for what executions write, each below its own id.
        models: Prefix for ``<job>/output/model.tar.gz``, also in another account's bucket; artifacts are encrypted with
            the bucket's key, and the roles may use it through S3.
        input_data: Prefix below which other input data may be put.
        group: Model package group that gets the versions: a :class:`ModelPackageGroup`, its name, or for one of
            another account its ARN. Versions begin as ``PendingManualApproval``; the pipeline may register no others.
        topic: Gets the message about a model that is not registered.
        dataset: Rows × (1 label + n features); default: :func:`builtin_regression_dataset`.
        mse_threshold: Mean squared error up to which a model is registered, in squared units of the label; default:
            :data:`MSE_THRESHOLD`, made for the default dataset.
        hyperparameters: For the training script, beside ``num-round``; default: the script's own defaults.
        scripts: Default: those of this library.
        instance_type: Default of both instance types; default: ``ml.m5.xlarge``.
        role_names: Names of the roles; default: CloudFormation makes them up.
        record_origin: Write the ARNs of execution and jobs on each version, where ``python -m sagemaker_workflows
            lineage`` finds them without access to this account. Default: False.
        options: See :class:`PipelineOptions`.

    Raises:
        InvalidParameterError: A script is missing, the dataset is the built-in one for classification, or SageMaker
            would refuse a request.

    Example::

        ModelBuild(
            self,
            "Build",
            runs=S3Location(bucket, "runs/"),
            models=S3Location(bucket, "models/"),
            input_data=S3Location(bucket, "input/"),
            group=ModelPackageGroup(self, "Group", model_package_group_name="diabetes"),
            topic=topic,
        )
    """

    #: Default of the parameter ``MseThreshold``; always predicting the mean gives about 5,900 on the default dataset.
    MSE_THRESHOLD = 3500.0

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runs: S3Location,
        models: S3Location,
        input_data: S3Location,
        group: ModelPackageGroupReference,
        topic: sns.ITopic,
        dataset: Dataset | None = None,
        mse_threshold: float = MSE_THRESHOLD,
        hyperparameters: Mapping[str, Any] | None = None,
        scripts: ModelBuildScripts | None = None,
        instance_type: str = INSTANCE_TYPE,
        role_names: ModelBuildRoleNames | None = None,
        record_origin: bool = False,
        **options: Unpack[PipelineOptions],
    ) -> None:
        super().__init__(scope, id)
        scripts = scripts or ModelBuildScripts()
        self._role_names = role_names or ModelBuildRoleNames()
        self._runs, self._models, self._input_data = runs, models, input_data
        self._image = FirstPartyImage.xgboost()
        self._processing_type = ParameterString("ProcessingInstanceType", default_value=instance_type)
        self._training_type = ParameterString("TrainingInstanceType", default_value=instance_type)
        self._rounds = ParameterInteger("TrainingRounds", default_value=100)
        self._threshold = ParameterFloat("MseThreshold", default_value=mse_threshold)
        #: The step that splits the data.
        self.preprocess = self._preprocess(scripts.preprocess, dataset or builtin_regression_dataset())
        #: The step that trains.
        self.train = self._train(scripts.train, hyperparameters or {})
        #: The step that measures the model on the test rows.
        self.evaluate = self._evaluate(scripts.evaluate)
        #: The step that registers the model.
        self.register = self._register(group, self._origin() if record_origin else {})
        condition = ConditionStep(
            self,
            "MseLowerThanThreshold",
            conditions=[ConditionLessThanOrEqualTo(left=self._mse(), right=self._threshold)],
            if_steps=[self.register, self._create_model()],
            else_steps=[send_mail(self, topic, self._runs, report_uri=self._report_uri(), threshold=self._threshold)],
        )
        if self._role_names.pipeline:
            options.setdefault("role_name", self._role_names.pipeline)
        #: The pipeline.
        self.pipeline = Pipeline(
            self,
            "Pipeline",
            steps=[self.preprocess, self.train, self.evaluate, condition],
            parameters=[
                self._input_uri,
                self._processing_type,
                self._training_type,
                self._rounds,
                self._threshold,
            ],
            **options,
        )

    def _preprocess(self, script: Path, dataset: Dataset) -> ProcessingStep:
        if dataset.path is None:
            raise InvalidParameterError(
                self.node.path, "dataset", "is one for classification; write Dataset.from_csv, or leave it out"
            )
        data = Asset(self, "Dataset", path=str(dataset.path))
        self._input_uri = ParameterString(
            "InputDataUri", default_value=f"s3://{data.s3_bucket_name}/{data.s3_object_key}"
        )
        code, command = self._script("PreprocessScript", script)
        # An execution may name other data than the default, in either place.
        reads = [S3Location(data.bucket, data.s3_object_key), self._input_data]
        role = ProcessingExecutionRole(self, "PreprocessRole", reads=reads, role_name=self._role_names.preprocess)
        return ProcessingStep(
            self,
            "PreprocessData",
            image=FirstPartyImage.sklearn(),
            role=role,
            entrypoint=command,
            arguments=["--header", str(dataset.header).lower(), "--label-column", str(dataset.label_column)],
            inputs=[
                ProcessingInput("data", self._input_uri, f"{_PROCESSING}/input/data"),
                ProcessingInput("code", code, f"{_PROCESSING}/input/code"),
            ],
            outputs=[self._output("PreprocessData", name) for name in ("train", "test")],
            instance_type=self._processing_type,
            network_isolation=True,
        )

    def _train(self, script: Path, hyperparameters: Mapping[str, Any]) -> TrainingStep:
        code = TrainingScript(self, "TrainingScript", script=script)
        # The container fetches the script itself.
        role = TrainingExecutionRole(self, "TrainingRole", reads=[code.location], role_name=self._role_names.training)
        return TrainingStep(
            self,
            "TrainModel",
            image=self._image,
            role=role,
            channels=[TrainingChannel("train", self.preprocess.output("train"), "text/csv")],
            output=self._models,
            hyperparameters=code.hyperparameters({"num-round": self._rounds, **hyperparameters}),
            metric_definitions={"train:rmse": r"\[\d+\].*train-rmse:([0-9.eE+-]+)"},
            instance_type=self._training_type,
        )

    def _evaluate(self, script: Path) -> ProcessingStep:
        code, command = self._script("EvaluationScript", script)
        return ProcessingStep(
            self,
            "EvaluateModel",
            image=self._image,
            role=ProcessingExecutionRole(self, "EvaluationRole", role_name=self._role_names.evaluation),
            entrypoint=command,
            inputs=[
                ProcessingInput("model", self.train.model_artifacts, f"{_PROCESSING}/model"),
                ProcessingInput("test", self.preprocess.output("test"), f"{_PROCESSING}/test"),
                ProcessingInput("code", code, f"{_PROCESSING}/input/code"),
            ],
            outputs=[self._output("EvaluateModel", "evaluation")],
            property_files=[PropertyFile("EvaluationReport", "evaluation", "evaluation.json")],
            instance_type=self._processing_type,
            network_isolation=True,
        )

    def _origin(self) -> dict[str, PipelineVariable]:
        return {
            origin.EXECUTION_ARN: ExecutionVariables.PIPELINE_EXECUTION_ARN,
            origin.PREPROCESSING_JOB_ARN: self.preprocess.properties.processing_job_arn,
            origin.TRAINING_JOB_ARN: self.train.properties.training_job_arn,
            origin.EVALUATION_JOB_ARN: self.evaluate.properties.processing_job_arn,
        }

    def _register(
        self, group: ModelPackageGroupReference, metadata: Mapping[str, PipelineVariable]
    ) -> RegisterModelStep:
        return RegisterModelStep(
            self,
            "RegisterModel",
            group=group,
            containers=[ModelContainer(self._image, self.train.model_artifacts)],
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.t2.medium", "ml.m5.xlarge"],
            transform_instances=["ml.m5.xlarge"],
            model_metrics=ModelMetrics(
                model_statistics=MetricsSource(self._report_uri(), content_type="application/json")
            ),
            customer_metadata=metadata,
        )

    def _create_model(self) -> CreateModelStep:
        role = ModelExecutionRole(
            self,
            "ModelRole",
            job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
            image=self._image,
            reads=[self._models],
            writes=[],
            role_name=self._role_names.model,
        )
        return CreateModelStep(
            self, "CreateModel", containers=[ModelContainer(self._image, self.train.model_artifacts)], role=role
        )

    def _mse(self) -> JsonGet:
        return JsonGet(step=self.evaluate, property_file="EvaluationReport", json_path="regression_metrics.mse.value")

    def _report_uri(self) -> Join:
        return Join("/", [self.evaluate.output("evaluation").s3_uri, "evaluation.json"])

    def _script(self, id: str, path: Path) -> tuple[S3Location, list[str]]:
        """The script as an asset, and the command that runs it where a processing job finds it."""
        if not path.is_file():
            raise InvalidParameterError(self.node.path, "scripts", f"there is no file {path}; give its path")
        asset = Asset(self, id, path=str(path))
        command = ["python3", f"{_PROCESSING}/input/code/{asset.asset_hash}{path.suffix}"]
        return S3Location(asset.bucket, asset.s3_object_key), command

    def _output(self, step: str, name: str) -> ProcessingOutput:
        return ProcessingOutput(name, ExecutionLocation(self._runs, step, name), f"{_PROCESSING}/{name}")

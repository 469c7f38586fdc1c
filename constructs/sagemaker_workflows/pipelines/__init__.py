"""SageMaker pipelines as constructs."""

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.auto_ml import AutoMLInput, AutoMLJob
from sagemaker_workflows.jobs.endpoint import ProductionVariant
from sagemaker_workflows.jobs.model import ModelContainer
from sagemaker_workflows.jobs.model_package import DriftCheckBaselines, MetricsSource, ModelMetrics
from sagemaker_workflows.pipelines.callback_queue import CallbackQueue
from sagemaker_workflows.pipelines.clarify.checks import (
    ClarifyCheckConfig,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker_workflows.pipelines.clarify.data import BiasConfig, DataConfig, Facet
from sagemaker_workflows.pipelines.clarify.methods import PdpConfig, ShapConfig
from sagemaker_workflows.pipelines.clarify.model import ModelConfig, ModelPredictedLabelConfig
from sagemaker_workflows.pipelines.clarify.shadow_endpoint import shadow_endpoint_statements
from sagemaker_workflows.pipelines.code import StepCode
from sagemaker_workflows.pipelines.conditions import (
    Condition,
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
    ConditionValue,
)
from sagemaker_workflows.pipelines.locations import ExecutionLocation
from sagemaker_workflows.pipelines.model_build import ModelBuild
from sagemaker_workflows.pipelines.model_build_roles import ModelBuildRoleNames
from sagemaker_workflows.pipelines.model_build_scripts import ModelBuildScripts, builtin_regression_dataset
from sagemaker_workflows.pipelines.notebooks import Notebook
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN, PIPELINE_SHORT_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.pipeline import Pipeline, PipelineExperimentConfig, PipelineOptions
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.property_files import PropertyFile
from sagemaker_workflows.pipelines.results import StepResult
from sagemaker_workflows.pipelines.retries import (
    CAPACITY_ERROR,
    JOB_INTERNAL_ERROR,
    RESOURCE_LIMIT,
    STEP_SERVICE_FAULT,
    STEP_THROTTLING,
    CacheConfig,
    RetryPolicy,
)
from sagemaker_workflows.pipelines.step import (
    CachedStepOptions,
    JobStepOptions,
    Operation,
    PipelineStep,
    RequestOptions,
    ResourceStepOptions,
    RetriedStepOptions,
    StepGroup,
    StepOptions,
    UnretriedStepOptions,
)
from sagemaker_workflows.pipelines.steps._calls import InputValue, OutputType
from sagemaker_workflows.pipelines.steps._check import BaselineFields, CheckStepOptions
from sagemaker_workflows.pipelines.steps._model_groups import ModelPackageGroupReference, NamedModelPackageGroup
from sagemaker_workflows.pipelines.steps._training_job import CodeStepOptions
from sagemaker_workflows.pipelines.steps.auto_ml import AutoMLStep, AutoMLStepOptions
from sagemaker_workflows.pipelines.steps.callback import CallbackOutput, CallbackStep
from sagemaker_workflows.pipelines.steps.clarify_check import ClarifyCheckStep
from sagemaker_workflows.pipelines.steps.condition import ConditionStep
from sagemaker_workflows.pipelines.steps.create_model import CreateModelStep, CreateModelStepOptions
from sagemaker_workflows.pipelines.steps.deploy import (
    DeployOptions,
    DeployStep,
    EndpointConfigStep,
    EndpointConfigStepOptions,
    EndpointStep,
)
from sagemaker_workflows.pipelines.steps.emr import EMRCluster, EMRStep, EMRStepConfig, EMRStepOptions
from sagemaker_workflows.pipelines.steps.execute_code import ExecuteCodeStep
from sagemaker_workflows.pipelines.steps.fail import FailStep
from sagemaker_workflows.pipelines.steps.fine_tuning import FineTuningStep
from sagemaker_workflows.pipelines.steps.lambda_ import LambdaOutput, LambdaStep
from sagemaker_workflows.pipelines.steps.notebook_job import NotebookJobStep
from sagemaker_workflows.pipelines.steps.processing import ProcessingStep, ProcessingStepOptions, StepOutput
from sagemaker_workflows.pipelines.steps.quality_check import (
    DataQualityCheckConfig,
    DatasetFormat,
    ModelQualityCheckConfig,
    QualityCheckConfig,
    QualityCheckStep,
)
from sagemaker_workflows.pipelines.steps.register_model import (
    RegisterModelStep,
    RegisterModelStepOptions,
    RegistrationFields,
)
from sagemaker_workflows.pipelines.steps.training import TrainingStep, TrainingStepOptions
from sagemaker_workflows.pipelines.steps.transform import TransformStep, TransformStepOptions
from sagemaker_workflows.pipelines.steps.tuning import TuningDefinition, TuningStep, TuningStepOptions
from sagemaker_workflows.pipelines.values import (
    ExecutionVariable,
    ExecutionVariables,
    Join,
    JsonGet,
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
    PipelineParameter,
    PipelineReference,
)

__all__ = [
    "CAPACITY_ERROR",
    "JOB_INTERNAL_ERROR",
    "PIPELINE_JOB_NAME_PATTERN",
    "PIPELINE_SHORT_JOB_NAME_PATTERN",
    "RESOURCE_LIMIT",
    "STEP_SERVICE_FAULT",
    "STEP_THROTTLING",
    "AutoMLInput",
    "AutoMLJob",
    "AutoMLStep",
    "AutoMLStepOptions",
    "BaselineFields",
    "BiasConfig",
    "CacheConfig",
    "CachedStepOptions",
    "CallbackOutput",
    "CallbackQueue",
    "CallbackStep",
    "CheckStepOptions",
    "ClarifyCheckConfig",
    "ClarifyCheckStep",
    "CodeStepOptions",
    "Condition",
    "ConditionEquals",
    "ConditionGreaterThan",
    "ConditionGreaterThanOrEqualTo",
    "ConditionIn",
    "ConditionLessThan",
    "ConditionLessThanOrEqualTo",
    "ConditionNot",
    "ConditionOr",
    "ConditionStep",
    "ConditionValue",
    "CreateModelStep",
    "CreateModelStepOptions",
    "DataBiasCheckConfig",
    "DataConfig",
    "DataQualityCheckConfig",
    "DatasetFormat",
    "DeployOptions",
    "DeployStep",
    "DriftCheckBaselines",
    "EMRCluster",
    "EMRStep",
    "EMRStepConfig",
    "EMRStepOptions",
    "EndpointConfigStep",
    "EndpointConfigStepOptions",
    "EndpointStep",
    "ExecuteCodeStep",
    "ExecutionLocation",
    "ExecutionVariable",
    "ExecutionVariables",
    "Facet",
    "FailStep",
    "FineTuningStep",
    "InputValue",
    "JobStepOptions",
    "Join",
    "JsonGet",
    "LambdaOutput",
    "LambdaStep",
    "MetricsSource",
    "ModelBiasCheckConfig",
    "ModelBuild",
    "ModelBuildRoleNames",
    "ModelBuildScripts",
    "ModelConfig",
    "ModelContainer",
    "ModelExplainabilityCheckConfig",
    "ModelMetrics",
    "ModelPackageGroupReference",
    "ModelPredictedLabelConfig",
    "ModelQualityCheckConfig",
    "NamedModelPackageGroup",
    "Notebook",
    "NotebookJobStep",
    "Operation",
    "OutputType",
    "ParameterBoolean",
    "ParameterFloat",
    "ParameterInteger",
    "ParameterString",
    "PdpConfig",
    "Pipeline",
    "PipelineExperimentConfig",
    "PipelineOptions",
    "PipelineParameter",
    "PipelineReference",
    "PipelineStep",
    "PipelineVariable",
    "ProcessingStep",
    "ProcessingStepOptions",
    "ProductionVariant",
    "Properties",
    "PropertyFile",
    "QualityCheckConfig",
    "QualityCheckStep",
    "RegisterModelStep",
    "RegisterModelStepOptions",
    "RegistrationFields",
    "RequestOptions",
    "ResourceStepOptions",
    "RetriedStepOptions",
    "RetryPolicy",
    "ShapConfig",
    "StepCode",
    "StepGroup",
    "StepOptions",
    "StepOutput",
    "StepResult",
    "TrainingStep",
    "TrainingStepOptions",
    "TransformStep",
    "TransformStepOptions",
    "TuningDefinition",
    "TuningStep",
    "TuningStepOptions",
    "UnretriedStepOptions",
    "builtin_regression_dataset",
    "shadow_endpoint_statements",
]

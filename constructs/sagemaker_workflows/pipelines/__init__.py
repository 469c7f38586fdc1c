"""SageMaker pipelines as constructs."""

from sagemaker_workflows.pipelines.callback_queue import (
    CallbackQueue,
)
from sagemaker_workflows.pipelines.code import (
    StepCode,
)
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
from sagemaker_workflows.pipelines.locations import (
    ExecutionLocation,
)
from sagemaker_workflows.pipelines.model_build import (
    ModelBuild,
)
from sagemaker_workflows.pipelines.model_build_scripts import (
    ModelBuildScripts,
    builtin_regression_dataset,
)
from sagemaker_workflows.pipelines.notebooks import (
    Notebook,
)
from sagemaker_workflows.pipelines.permissions import (
    PIPELINE_JOB_NAME_PATTERN,
    PIPELINE_SHORT_JOB_NAME_PATTERN,
)
from sagemaker_workflows.pipelines.pipeline import (
    Pipeline,
    PipelineExperimentConfig,
    PipelineOptions,
)
from sagemaker_workflows.pipelines.properties import (
    Properties,
)
from sagemaker_workflows.pipelines.property_files import (
    PropertyFile,
)
from sagemaker_workflows.pipelines.results import (
    StepResult,
)
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
    PipelineStep,
    RetriedStepOptions,
    StepGroup,
    StepOptions,
)
from sagemaker_workflows.pipelines.steps import (
    AutoMLStep,
    AutoMLStepOptions,
    CallbackOutput,
    CallbackStep,
    ConditionStep,
    CreateModelStep,
    DeployOptions,
    DeployStep,
    EndpointConfigStep,
    EndpointConfigStepOptions,
    EndpointStep,
    ExecuteCodeStep,
    ExecuteCodeStepOptions,
    FailStep,
    FineTuningStep,
    FineTuningStepOptions,
    InputValue,
    LambdaOutput,
    LambdaStep,
    NotebookJobStep,
    NotebookJobStepOptions,
    OutputType,
    ProcessingStep,
    ProcessingStepOptions,
    RegisterModelStep,
    RegisterModelStepOptions,
    StepOutput,
    TrainingStep,
    TrainingStepOptions,
    TransformStep,
    TransformStepOptions,
    TuningDefinition,
    TuningStep,
    TuningStepOptions,
)
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
from sagemaker_workflows.requests.auto_ml import (
    AutoMLInput,
)
from sagemaker_workflows.variables import (
    PipelineVariable,
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
    "AutoMLStep",
    "AutoMLStepOptions",
    "CacheConfig",
    "CachedStepOptions",
    "CallbackOutput",
    "CallbackQueue",
    "CallbackStep",
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
    "DeployOptions",
    "DeployStep",
    "EndpointConfigStep",
    "EndpointConfigStepOptions",
    "EndpointStep",
    "ExecuteCodeStep",
    "ExecuteCodeStepOptions",
    "ExecutionLocation",
    "ExecutionVariable",
    "ExecutionVariables",
    "FailStep",
    "FineTuningStep",
    "FineTuningStepOptions",
    "InputValue",
    "JobStepOptions",
    "Join",
    "JsonGet",
    "LambdaOutput",
    "LambdaStep",
    "ModelBuild",
    "ModelBuildScripts",
    "Notebook",
    "NotebookJobStep",
    "NotebookJobStepOptions",
    "OutputType",
    "ParameterBoolean",
    "ParameterFloat",
    "ParameterInteger",
    "ParameterString",
    "Pipeline",
    "PipelineExperimentConfig",
    "PipelineOptions",
    "PipelineParameter",
    "PipelineReference",
    "PipelineStep",
    "PipelineVariable",
    "ProcessingStep",
    "ProcessingStepOptions",
    "Properties",
    "PropertyFile",
    "RegisterModelStep",
    "RegisterModelStepOptions",
    "RetriedStepOptions",
    "RetryPolicy",
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
    "builtin_regression_dataset",
]

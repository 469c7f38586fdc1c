"""Steps: one module per step type."""

from sagemaker_workflows.pipelines.steps._calls import InputValue, OutputType
from sagemaker_workflows.pipelines.steps._check import CheckStepOptions
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
    QualityCheckStep,
)
from sagemaker_workflows.pipelines.steps.register_model import RegisterModelStep, RegisterModelStepOptions
from sagemaker_workflows.pipelines.steps.training import TrainingStep, TrainingStepOptions
from sagemaker_workflows.pipelines.steps.transform import TransformStep, TransformStepOptions
from sagemaker_workflows.pipelines.steps.tuning import TuningDefinition, TuningStep, TuningStepOptions

__all__ = [
    "AutoMLStep",
    "AutoMLStepOptions",
    "CallbackOutput",
    "CallbackStep",
    "CheckStepOptions",
    "ClarifyCheckStep",
    "ConditionStep",
    "CreateModelStep",
    "CreateModelStepOptions",
    "DataQualityCheckConfig",
    "DatasetFormat",
    "DeployOptions",
    "DeployStep",
    "EMRCluster",
    "EMRStep",
    "EMRStepConfig",
    "EMRStepOptions",
    "EndpointConfigStep",
    "EndpointConfigStepOptions",
    "EndpointStep",
    "ExecuteCodeStep",
    "FailStep",
    "FineTuningStep",
    "InputValue",
    "LambdaOutput",
    "LambdaStep",
    "ModelQualityCheckConfig",
    "NotebookJobStep",
    "OutputType",
    "ProcessingStep",
    "ProcessingStepOptions",
    "QualityCheckStep",
    "RegisterModelStep",
    "RegisterModelStepOptions",
    "StepOutput",
    "TrainingStep",
    "TrainingStepOptions",
    "TransformStep",
    "TransformStepOptions",
    "TuningDefinition",
    "TuningStep",
    "TuningStepOptions",
]

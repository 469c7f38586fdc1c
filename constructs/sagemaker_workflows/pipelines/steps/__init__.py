"""Steps: one module per step type."""

from sagemaker_workflows.pipelines.steps._check import CheckStepOptions
from sagemaker_workflows.pipelines.steps.clarify_check import ClarifyCheckStep
from sagemaker_workflows.pipelines.steps.create_model import CreateModelStep
from sagemaker_workflows.pipelines.steps.deploy import (
    DeployOptions,
    DeployStep,
    EndpointConfigStep,
    EndpointConfigStepOptions,
    EndpointStep,
)
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

__all__ = [
    "CheckStepOptions",
    "ClarifyCheckStep",
    "CreateModelStep",
    "DataQualityCheckConfig",
    "DatasetFormat",
    "DeployOptions",
    "DeployStep",
    "EndpointConfigStep",
    "EndpointConfigStepOptions",
    "EndpointStep",
    "ModelQualityCheckConfig",
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
]

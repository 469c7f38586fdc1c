"""Steps: one module per step type."""

from sagemaker_workflows.pipelines.steps._calls import InputValue, OutputType
from sagemaker_workflows.pipelines.steps.callback import CallbackOutput, CallbackStep
from sagemaker_workflows.pipelines.steps.condition import ConditionStep
from sagemaker_workflows.pipelines.steps.emr import EMRStep, EMRStepConfig, EMRStepOptions
from sagemaker_workflows.pipelines.steps.fail import FailStep
from sagemaker_workflows.pipelines.steps.lambda_ import LambdaOutput, LambdaStep
from sagemaker_workflows.pipelines.steps.processing import ProcessingStep, ProcessingStepOptions, StepOutput
from sagemaker_workflows.pipelines.steps.training import TrainingStep, TrainingStepOptions

__all__ = [
    "CallbackOutput",
    "CallbackStep",
    "ConditionStep",
    "EMRStep",
    "EMRStepConfig",
    "EMRStepOptions",
    "FailStep",
    "InputValue",
    "LambdaOutput",
    "LambdaStep",
    "OutputType",
    "ProcessingStep",
    "ProcessingStepOptions",
    "StepOutput",
    "TrainingStep",
    "TrainingStepOptions",
]

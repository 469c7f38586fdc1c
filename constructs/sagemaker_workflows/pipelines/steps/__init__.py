"""Steps: one module per step type."""

from sagemaker_workflows.pipelines.steps.auto_ml import AutoMLStep, AutoMLStepOptions
from sagemaker_workflows.pipelines.steps.execute_code import ExecuteCodeStep, ExecuteCodeStepOptions
from sagemaker_workflows.pipelines.steps.fine_tuning import FineTuningStep, FineTuningStepOptions
from sagemaker_workflows.pipelines.steps.notebook_job import NotebookJobStep, NotebookJobStepOptions
from sagemaker_workflows.pipelines.steps.processing import ProcessingStep, ProcessingStepOptions, StepOutput
from sagemaker_workflows.pipelines.steps.training import TrainingStep, TrainingStepOptions
from sagemaker_workflows.pipelines.steps.tuning import TuningDefinition, TuningStep, TuningStepOptions

__all__ = [
    "AutoMLStep",
    "AutoMLStepOptions",
    "ExecuteCodeStep",
    "ExecuteCodeStepOptions",
    "FineTuningStep",
    "FineTuningStepOptions",
    "NotebookJobStep",
    "NotebookJobStepOptions",
    "ProcessingStep",
    "ProcessingStepOptions",
    "StepOutput",
    "TrainingStep",
    "TrainingStepOptions",
    "TuningDefinition",
    "TuningStep",
    "TuningStepOptions",
]

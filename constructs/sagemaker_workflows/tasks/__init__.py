"""Task states: one module per action."""

from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions
from sagemaker_workflows.tasks._task import TaskOptions, TaskState
from sagemaker_workflows.tasks.create_model import SageMakerCreateModel
from sagemaker_workflows.tasks.create_processing_job import (
    ProcessingInput,
    ProcessingOutput,
    SageMakerCreateProcessingJob,
)
from sagemaker_workflows.tasks.create_training_job import SageMakerCreateTrainingJob, TrainingChannel
from sagemaker_workflows.tasks.create_transform_job import SageMakerCreateTransformJob
from sagemaker_workflows.tasks.invoke_function import InvokeFunction

__all__ = [
    "InvokeFunction",
    "ProcessingInput",
    "ProcessingOutput",
    "SageMakerCreateModel",
    "SageMakerCreateProcessingJob",
    "SageMakerCreateTrainingJob",
    "SageMakerCreateTransformJob",
    "SageMakerTask",
    "SageMakerTaskOptions",
    "TaskOptions",
    "TaskState",
    "TrainingChannel",
]

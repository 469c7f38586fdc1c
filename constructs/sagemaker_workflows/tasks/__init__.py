"""Task states: one module per action."""

from sagemaker_workflows.requests import (
    CategoricalRange,
    ContinuousRange,
    InstanceGroup,
    IntegerRange,
    JobNetwork,
    ProcessingInput,
    ProcessingOutput,
    ProductionVariant,
    SpotTraining,
    TrainingChannel,
    TuningObjective,
    WarmStart,
)
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions
from sagemaker_workflows.tasks._task import TaskOptions, TaskState
from sagemaker_workflows.tasks.create_endpoint import SageMakerCreateEndpoint
from sagemaker_workflows.tasks.create_endpoint_config import SageMakerCreateEndpointConfig
from sagemaker_workflows.tasks.create_hyper_parameter_tuning_job import (
    SageMakerCreateHyperParameterTuningJob,
    TuningOptions,
)
from sagemaker_workflows.tasks.create_labeling_job import HumanTask, SageMakerCreateLabelingJob
from sagemaker_workflows.tasks.create_model import SageMakerCreateModel
from sagemaker_workflows.tasks.create_processing_job import SageMakerCreateProcessingJob
from sagemaker_workflows.tasks.create_training_job import SageMakerCreateTrainingJob, TrainingOptions
from sagemaker_workflows.tasks.create_transform_job import SageMakerCreateTransformJob
from sagemaker_workflows.tasks.invoke_function import InvokeFunction
from sagemaker_workflows.tasks.update_endpoint import SageMakerUpdateEndpoint

__all__ = [
    "CategoricalRange",
    "ContinuousRange",
    "HumanTask",
    "InstanceGroup",
    "IntegerRange",
    "InvokeFunction",
    "JobNetwork",
    "ProcessingInput",
    "ProcessingOutput",
    "ProductionVariant",
    "SageMakerCreateEndpoint",
    "SageMakerCreateEndpointConfig",
    "SageMakerCreateHyperParameterTuningJob",
    "SageMakerCreateLabelingJob",
    "SageMakerCreateModel",
    "SageMakerCreateProcessingJob",
    "SageMakerCreateTrainingJob",
    "SageMakerCreateTransformJob",
    "SageMakerTask",
    "SageMakerTaskOptions",
    "SageMakerUpdateEndpoint",
    "SpotTraining",
    "TaskOptions",
    "TaskState",
    "TrainingChannel",
    "TrainingOptions",
    "TuningObjective",
    "TuningOptions",
    "WarmStart",
]

"""Task states: one module per action."""

from sagemaker_workflows.jobs import (
    CategoricalRange,
    ContinuousRange,
    InstanceGroup,
    IntegerRange,
    ProcessingInput,
    ProcessingOutput,
    ProductionVariant,
    SpotTraining,
    TrainingChannel,
    TuningObjective,
    WarmStart,
)
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions
from sagemaker_workflows.state_machines.tasks._task import TaskOptions, TaskState
from sagemaker_workflows.state_machines.tasks.create_endpoint import SageMakerCreateEndpoint
from sagemaker_workflows.state_machines.tasks.create_endpoint_config import SageMakerCreateEndpointConfig
from sagemaker_workflows.state_machines.tasks.create_hyper_parameter_tuning_job import (
    SageMakerCreateHyperParameterTuningJob,
    TuningOptions,
)
from sagemaker_workflows.state_machines.tasks.create_labeling_job import HumanTask, SageMakerCreateLabelingJob
from sagemaker_workflows.state_machines.tasks.create_model import SageMakerCreateModel
from sagemaker_workflows.state_machines.tasks.create_processing_job import SageMakerCreateProcessingJob
from sagemaker_workflows.state_machines.tasks.create_training_job import SageMakerCreateTrainingJob, TrainingOptions
from sagemaker_workflows.state_machines.tasks.create_transform_job import SageMakerCreateTransformJob
from sagemaker_workflows.state_machines.tasks.invoke_function import InvokeFunction
from sagemaker_workflows.state_machines.tasks.update_endpoint import SageMakerUpdateEndpoint

__all__ = [
    "CategoricalRange",
    "ContinuousRange",
    "HumanTask",
    "InstanceGroup",
    "IntegerRange",
    "InvokeFunction",
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

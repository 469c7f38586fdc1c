"""AWS CDK constructs for Step Functions + SageMaker machine-learning workflows."""

from sagemaker_rules.actions import (
    ACTIONS,
    CREATE_ENDPOINT,
    CREATE_ENDPOINT_CONFIG,
    CREATE_HYPER_PARAMETER_TUNING_JOB,
    CREATE_LABELING_JOB,
    CREATE_MODEL,
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    UPDATE_ENDPOINT,
    SageMakerAction,
)
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import (
    InvalidDatasetError,
    InvalidNameError,
    InvalidParameterError,
    InvalidPipelineError,
    PipelineVariableError,
    UnknownArgumentError,
    UnknownImageError,
    UnknownPropertyError,
    UnsupportedIntegrationPatternError,
    WorkflowError,
)
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.policies import SyncRule, task_statements
from sagemaker_workflows.iam.roles import (
    EndpointExecutionRole,
    ExecutionRole,
    LabelingExecutionRole,
    ModelExecutionRole,
    ProcessingExecutionRole,
    TrainingExecutionRole,
)
from sagemaker_workflows.jobs.endpoint import EndpointConfig, ProductionVariant
from sagemaker_workflows.jobs.fields import ContainerJob
from sagemaker_workflows.jobs.model import ModelContainer, ModelFields
from sagemaker_workflows.jobs.model_package import DriftCheckBaselines, MetricsFile, MetricsSource, ModelMetrics
from sagemaker_workflows.jobs.processing import ProcessingFields, ProcessingInput, ProcessingJob, ProcessingOutput
from sagemaker_workflows.jobs.training import InstanceGroup, SpotTraining, TrainingChannel, TrainingFields, TrainingJob
from sagemaker_workflows.jobs.transform import TransformJob
from sagemaker_workflows.jobs.tuning import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    ParameterRange,
    TunedTraining,
    TuningJob,
    TuningObjective,
    WarmStart,
)
from sagemaker_workflows.patterns.batch_inference import BatchInference, BatchInferenceOptions
from sagemaker_workflows.patterns.seeding import SeedingFunction, TestSplit, ValidationSplit
from sagemaker_workflows.patterns.standardization import Standardization, StandardizationOptions
from sagemaker_workflows.patterns.xgboost_training import XGBoostTraining, XGBoostTrainingOptions
from sagemaker_workflows.resources.bucket import WorkflowBucket
from sagemaker_workflows.resources.datasets import Dataset
from sagemaker_workflows.resources.functions import ScopedFunction
from sagemaker_workflows.resources.ground_truth import ground_truth_function_arn
from sagemaker_workflows.resources.images import ContainerImage, EcrImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Destination, S3Location, S3Source
from sagemaker_workflows.resources.model_registry import ModelPackageGroup
from sagemaker_workflows.resources.names import MAX_PREFIX_LENGTH, MAX_SHORT_PREFIX_LENGTH, JobName, check_prefix
from sagemaker_workflows.resources.network import JobNetwork
from sagemaker_workflows.state_machines.retries import LAMBDA_RETRIES, SAGEMAKER_RETRIES
from sagemaker_workflows.state_machines.state_machine import StateMachineOptions, WorkflowStateMachine
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions
from sagemaker_workflows.state_machines.tasks._task import TaskOptions, TaskState
from sagemaker_workflows.state_machines.tasks.create_endpoint import SageMakerCreateEndpoint
from sagemaker_workflows.state_machines.tasks.create_endpoint_config import (
    EndpointConfigOptions,
    SageMakerCreateEndpointConfig,
)
from sagemaker_workflows.state_machines.tasks.create_hyper_parameter_tuning_job import (
    SageMakerCreateHyperParameterTuningJob,
    TuningOptions,
)
from sagemaker_workflows.state_machines.tasks.create_labeling_job import HumanTask, SageMakerCreateLabelingJob
from sagemaker_workflows.state_machines.tasks.create_model import ModelOptions, SageMakerCreateModel
from sagemaker_workflows.state_machines.tasks.create_processing_job import (
    ProcessingOptions,
    SageMakerCreateProcessingJob,
)
from sagemaker_workflows.state_machines.tasks.create_training_job import SageMakerCreateTrainingJob, TrainingOptions
from sagemaker_workflows.state_machines.tasks.create_transform_job import SageMakerCreateTransformJob, TransformOptions
from sagemaker_workflows.state_machines.tasks.invoke_function import InvokeFunction
from sagemaker_workflows.state_machines.tasks.update_endpoint import SageMakerUpdateEndpoint

__version__ = "0.2.0"

__all__ = [
    "ACTIONS",
    "CREATE_ENDPOINT",
    "CREATE_ENDPOINT_CONFIG",
    "CREATE_HYPER_PARAMETER_TUNING_JOB",
    "CREATE_LABELING_JOB",
    "CREATE_MODEL",
    "CREATE_PROCESSING_JOB",
    "CREATE_TRAINING_JOB",
    "CREATE_TRANSFORM_JOB",
    "INSTANCE_TYPE",
    "LAMBDA_RETRIES",
    "MAX_PREFIX_LENGTH",
    "MAX_SHORT_PREFIX_LENGTH",
    "SAGEMAKER_RETRIES",
    "UPDATE_ENDPOINT",
    "BatchInference",
    "BatchInferenceOptions",
    "CategoricalRange",
    "ContainerImage",
    "ContainerJob",
    "ContinuousRange",
    "Dataset",
    "DriftCheckBaselines",
    "EcrImage",
    "EndpointConfig",
    "EndpointConfigOptions",
    "EndpointExecutionRole",
    "ExecutionRole",
    "FirstPartyImage",
    "HumanTask",
    "InstanceGroup",
    "IntegerRange",
    "InvalidDatasetError",
    "InvalidNameError",
    "InvalidParameterError",
    "InvalidPipelineError",
    "InvokeFunction",
    "JobAccess",
    "JobName",
    "JobNetwork",
    "JobRole",
    "LabelingExecutionRole",
    "MetricsFile",
    "MetricsSource",
    "ModelContainer",
    "ModelExecutionRole",
    "ModelFields",
    "ModelMetrics",
    "ModelOptions",
    "ModelPackageGroup",
    "ParameterRange",
    "PipelineVariable",
    "PipelineVariableError",
    "ProcessingExecutionRole",
    "ProcessingFields",
    "ProcessingInput",
    "ProcessingJob",
    "ProcessingOptions",
    "ProcessingOutput",
    "ProductionVariant",
    "S3Destination",
    "S3Location",
    "S3Source",
    "SageMakerAction",
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
    "ScopedFunction",
    "SeedingFunction",
    "SpotTraining",
    "Standardization",
    "StandardizationOptions",
    "StateMachineOptions",
    "SyncRule",
    "TaskOptions",
    "TaskState",
    "TestSplit",
    "TrainingChannel",
    "TrainingExecutionRole",
    "TrainingFields",
    "TrainingJob",
    "TrainingOptions",
    "TransformJob",
    "TransformOptions",
    "TunedTraining",
    "TuningJob",
    "TuningObjective",
    "TuningOptions",
    "UnknownArgumentError",
    "UnknownImageError",
    "UnknownPropertyError",
    "UnsupportedIntegrationPatternError",
    "ValidationSplit",
    "WarmStart",
    "WorkflowBucket",
    "WorkflowError",
    "WorkflowStateMachine",
    "XGBoostTraining",
    "XGBoostTrainingOptions",
    "check_prefix",
    "ground_truth_function_arn",
    "task_statements",
]

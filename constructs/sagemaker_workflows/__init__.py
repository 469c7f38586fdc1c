"""AWS CDK constructs for Step Functions + SageMaker machine-learning workflows."""

from sagemaker_workflows.actions import (
    CREATE_MODEL,
    CREATE_PROCESSING_JOB,
    CREATE_TRAINING_JOB,
    CREATE_TRANSFORM_JOB,
    SageMakerAction,
)
from sagemaker_workflows.bucket import WorkflowBucket
from sagemaker_workflows.datasets import Dataset
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.errors import (
    InvalidDatasetError,
    InvalidNameError,
    InvalidParameterError,
    UnknownImageError,
    UnsupportedIntegrationPatternError,
    WorkflowError,
)
from sagemaker_workflows.functions import ScopedFunction
from sagemaker_workflows.images import ContainerImage, EcrImage, FirstPartyImage
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import MAX_PREFIX_LENGTH, JobName, check_prefix
from sagemaker_workflows.policies import SyncRule, task_statements
from sagemaker_workflows.retries import LAMBDA_RETRIES, SAGEMAKER_RETRIES
from sagemaker_workflows.roles import (
    ExecutionRole,
    ModelExecutionRole,
    ProcessingExecutionRole,
    TrainingExecutionRole,
)
from sagemaker_workflows.seeding import SeedingFunction, TestSplit
from sagemaker_workflows.state_machine import WorkflowStateMachine
from sagemaker_workflows.steps import BatchInference, Standardization, XGBoostTraining
from sagemaker_workflows.tasks import (
    InvokeFunction,
    ProcessingInput,
    ProcessingOutput,
    SageMakerCreateModel,
    SageMakerCreateProcessingJob,
    SageMakerCreateTrainingJob,
    SageMakerCreateTransformJob,
    SageMakerTask,
    SageMakerTaskOptions,
    TaskOptions,
    TaskState,
    TrainingChannel,
)

__all__ = [
    "CREATE_MODEL",
    "CREATE_PROCESSING_JOB",
    "CREATE_TRAINING_JOB",
    "CREATE_TRANSFORM_JOB",
    "INSTANCE_TYPE",
    "LAMBDA_RETRIES",
    "MAX_PREFIX_LENGTH",
    "SAGEMAKER_RETRIES",
    "BatchInference",
    "ContainerImage",
    "Dataset",
    "EcrImage",
    "ExecutionRole",
    "FirstPartyImage",
    "InvalidDatasetError",
    "InvalidNameError",
    "InvalidParameterError",
    "InvokeFunction",
    "JobName",
    "ModelExecutionRole",
    "ProcessingExecutionRole",
    "ProcessingInput",
    "ProcessingOutput",
    "S3Location",
    "SageMakerAction",
    "SageMakerCreateModel",
    "SageMakerCreateProcessingJob",
    "SageMakerCreateTrainingJob",
    "SageMakerCreateTransformJob",
    "SageMakerTask",
    "SageMakerTaskOptions",
    "ScopedFunction",
    "SeedingFunction",
    "Standardization",
    "SyncRule",
    "TaskOptions",
    "TaskState",
    "TestSplit",
    "TrainingChannel",
    "TrainingExecutionRole",
    "UnknownImageError",
    "UnsupportedIntegrationPatternError",
    "WorkflowBucket",
    "WorkflowError",
    "WorkflowStateMachine",
    "XGBoostTraining",
    "check_prefix",
    "task_statements",
]

"""Requests of the SageMaker API, for task states and pipeline steps alike."""

from sagemaker_workflows.jobs.endpoint import ProductionVariant, endpoint_config_fields
from sagemaker_workflows.jobs.fields import gibibytes, key_arn, raw, seconds
from sagemaker_workflows.jobs.merging import merge, without_none
from sagemaker_workflows.jobs.model import ModelContainer, container_fields, model_access, model_fields
from sagemaker_workflows.jobs.model_package import DriftCheckBaselines, MetricsSource, ModelMetrics
from sagemaker_workflows.jobs.processing import (
    ProcessingFields,
    ProcessingInput,
    ProcessingJob,
    ProcessingOutput,
    processing_request,
    processing_role,
)
from sagemaker_workflows.jobs.training import (
    InstanceGroup,
    SpotTraining,
    TrainingChannel,
    TrainingFields,
    TrainingJob,
    training_access,
    training_request,
    training_role,
)
from sagemaker_workflows.jobs.transform import TransformJob, transform_request, transform_role
from sagemaker_workflows.jobs.tuning import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Range,
    TunedTraining,
    TuningJob,
    TuningObjective,
    WarmStart,
    render_range,
    render_ranges,
    tuned_training_request,
    tuning_request,
)

__all__ = [
    "CategoricalRange",
    "ContinuousRange",
    "DriftCheckBaselines",
    "InstanceGroup",
    "IntegerRange",
    "MetricsSource",
    "ModelContainer",
    "ModelMetrics",
    "ProcessingFields",
    "ProcessingInput",
    "ProcessingJob",
    "ProcessingOutput",
    "ProductionVariant",
    "Range",
    "SpotTraining",
    "TrainingChannel",
    "TrainingFields",
    "TrainingJob",
    "TransformJob",
    "TunedTraining",
    "TuningJob",
    "TuningObjective",
    "WarmStart",
    "container_fields",
    "endpoint_config_fields",
    "gibibytes",
    "key_arn",
    "merge",
    "model_access",
    "model_fields",
    "processing_request",
    "processing_role",
    "raw",
    "render_range",
    "render_ranges",
    "seconds",
    "training_access",
    "training_request",
    "training_role",
    "transform_request",
    "transform_role",
    "tuned_training_request",
    "tuning_request",
    "without_none",
]

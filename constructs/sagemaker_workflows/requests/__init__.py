"""Requests of the SageMaker API, for task states and pipeline steps alike."""

from sagemaker_workflows.requests.fields import JobNetwork, gibibytes, key_arn, raw, seconds
from sagemaker_workflows.requests.merging import merge, without_none
from sagemaker_workflows.requests.processing import (
    ProcessingFields,
    ProcessingInput,
    ProcessingOutput,
    processing_fields,
)
from sagemaker_workflows.requests.training import (
    InstanceGroup,
    SpotTraining,
    TrainingChannel,
    TrainingFields,
    training_fields,
)
from sagemaker_workflows.requests.tuning import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Range,
    TuningFields,
    TuningObjective,
    WarmStart,
    check_hyperparameter_names,
    render_ranges,
    tuning_fields,
)

__all__ = [
    "CategoricalRange",
    "ContinuousRange",
    "InstanceGroup",
    "IntegerRange",
    "JobNetwork",
    "ProcessingFields",
    "ProcessingInput",
    "ProcessingOutput",
    "Range",
    "SpotTraining",
    "TrainingChannel",
    "TrainingFields",
    "TuningFields",
    "TuningObjective",
    "WarmStart",
    "check_hyperparameter_names",
    "gibibytes",
    "key_arn",
    "merge",
    "processing_fields",
    "raw",
    "render_ranges",
    "seconds",
    "training_fields",
    "tuning_fields",
    "without_none",
]

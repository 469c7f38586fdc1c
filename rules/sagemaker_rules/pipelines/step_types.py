"""The types of steps: their keys, the request that their Arguments are, and what they know after they have run.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-schema.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sagemaker_rules.service_model import output_shape

#: Keys of every step.
COMMON_KEYS: Final = ("Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description")
_CACHED: Final = ("CacheConfig",)
_RETRIED: Final = ("CacheConfig", "RetryPolicies")
_CALLED: Final = ("CacheConfig", "OutputParameters")
_CHECKED: Final = (
    *("CacheConfig", "CheckType", "ModelPackageGroupName", "SkipCheck", "FailOnViolation", "RegisterNewBaseline"),
    "SuppliedBaselineConstraints",
)
_CONSTRAINTS: Final = ("CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints")
_STATISTICS: Final = ("CalculatedBaselineStatistics", "BaselineUsedForDriftCheckStatistics")


@dataclass(frozen=True)
class StepType:
    """A type of steps.

    Args:
        keys: Its keys beside :data:`COMMON_KEYS`.
        needed: The keys that it needs beside Name and Type.
        operation: API operation whose request its Arguments are; None: there is none.
        filled_in: Required fields of the request that pipelines fill in.
        refused: Fields of the request that pipelines do not take.
        describe: Describe operation whose response its properties are; None: it has none of these.
        properties: Names of the properties that pipelines add, all texts.
        is_open: Whether its arguments and properties are not published.
    """

    keys: tuple[str, ...] = ()
    needed: tuple[str, ...] = ("Arguments",)
    operation: str | None = None
    filled_in: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    describe: str | None = None
    properties: tuple[str, ...] = ()
    is_open: bool = False


#: Step types with a published form.
STEP_TYPES: Final[Mapping[str, StepType]] = {
    "Processing": StepType(
        keys=(*_RETRIED, "PropertyFiles"),
        operation="CreateProcessingJob",
        filled_in=("ProcessingJobName",),
        describe="DescribeProcessingJob",
    ),
    "Training": StepType(
        keys=_RETRIED,
        operation="CreateTrainingJob",
        filled_in=("TrainingJobName",),
        describe="DescribeTrainingJob",
    ),
    "Tuning": StepType(
        keys=_RETRIED,
        operation="CreateHyperParameterTuningJob",
        filled_in=("HyperParameterTuningJobName",),
        describe="DescribeHyperParameterTuningJob",
    ),
    "AutoML": StepType(
        keys=_RETRIED,
        operation="CreateAutoMLJob",
        filled_in=("AutoMLJobName",),
        describe="DescribeAutoMLJob",
    ),
    "Transform": StepType(
        keys=_RETRIED,
        operation="CreateTransformJob",
        filled_in=("TransformJobName",),
        describe="DescribeTransformJob",
    ),
    "Model": StepType(
        keys=("RetryPolicies",),
        operation="CreateModel",
        filled_in=("ModelName",),
        describe="DescribeModel",
    ),
    "RegisterModel": StepType(
        keys=("RetryPolicies",),
        operation="CreateModelPackage",
        # https://github.com/aws/sagemaker-python-sdk/pull/3472
        refused=("ModelPackageName",),
        describe="DescribeModelPackage",
    ),
    "EndpointConfig": StepType(
        keys=_RETRIED,
        operation="CreateEndpointConfig",
        filled_in=("EndpointConfigName",),
        describe="DescribeEndpointConfig",
    ),
    "Endpoint": StepType(
        keys=_CACHED,
        operation="CreateEndpoint",
        filled_in=("EndpointName",),
        describe="DescribeEndpoint",
    ),
    "Condition": StepType(properties=("Outcome",)),
    "Fail": StepType(),
    "Lambda": StepType(keys=("FunctionArn", *_CALLED), needed=("FunctionArn",)),
    "Callback": StepType(keys=("SqsQueueUrl", *_CALLED), needed=("SqsQueueUrl",)),
    "ClarifyCheck": StepType(
        keys=(*_CHECKED, "ModelName"),
        needed=("Arguments", "CheckType"),
        operation="CreateProcessingJob",
        filled_in=("ProcessingJobName",),
        properties=_CONSTRAINTS,
    ),
    "QualityCheck": StepType(
        keys=(*_CHECKED, "SuppliedBaselineStatistics"),
        needed=("Arguments", "CheckType"),
        operation="CreateProcessingJob",
        filled_in=("ProcessingJobName",),
        properties=(*_CONSTRAINTS, *_STATISTICS),
    ),
    "EMR": StepType(keys=_RETRIED, is_open=True),
    "EMRServerless": StepType(keys=_RETRIED, is_open=True),
    "InferenceComponent": StepType(keys=_RETRIED, is_open=True),
    "Lineage": StepType(keys=_RETRIED, is_open=True),
}
#: Further step types that SageMaker's SDK writes; their forms are not published.
UNPUBLISHED: Final = frozenset({"Job", "Cleanup", "ForEach", "NotebookJob"})
#: CheckType of the steps that check.
CHECK_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "ClarifyCheck": ("DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"),
    "QualityCheck": ("DATA_QUALITY", "MODEL_QUALITY"),
}


def property_members(step_type: str) -> dict[str, Any] | None:
    """The properties of steps of a type with their shapes, of which None stands for text; None: not published."""
    found = STEP_TYPES.get(step_type)
    if found is None or found.is_open:
        return None
    members: dict[str, Any] = dict.fromkeys(found.properties)
    if found.describe is not None:
        shape: Any = output_shape(found.describe)
        members.update(shape.members)
    # What pipelines add to the answers of these two.
    if step_type == "Tuning":
        listed: Any = output_shape("ListTrainingJobsForHyperParameterTuningJob")
        members["TrainingJobSummaries"] = listed.members["TrainingJobSummaries"]
    if step_type == "AutoML":
        members["BestCandidateProperties"] = None
    return members

"""What a tuning job may ask for; anything else is refused before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.sagemaker.exceptions import ValidationError

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker import search
from local_aws.sagemaker.field_rules import Required, anything, check_fields, only
from local_aws.sagemaker.metrics import check_definitions
from local_aws.sagemaker.training_mode import training_mode

_RANGE: Final = {"Name": anything, "MinValue": anything, "MaxValue": anything, "ScalingType": anything}
#: What is honoured of CreateHyperParameterTuningJob.
FIELDS: Mapping[str, Any] = {
    "HyperParameterTuningJobName": anything,
    "HyperParameterTuningJobConfig": {
        "Strategy": only("Random", "Grid", "Bayesian"),
        "StrategyConfig": anything,
        "HyperParameterTuningJobObjective": Required(anything),
        "ResourceLimits": anything,
        "ParameterRanges": Required(
            {
                "IntegerParameterRanges": [_RANGE],
                "ContinuousParameterRanges": [_RANGE],
                "CategoricalParameterRanges": [{"Name": anything, "Values": anything}],
                "AutoParameters": only([]),
            }
        ),
        "TrainingJobEarlyStoppingType": only("Off"),
        "TuningJobCompletionCriteria": {
            "TargetObjectiveMetricValue": anything,
            "BestObjectiveNotImproving": anything,
            "ConvergenceDetected": {"CompleteOnConvergence": only("Disabled")},
        },
        "RandomSeed": anything,
    },
    "TrainingJobDefinition": Required(
        {
            "DefinitionName": anything,
            "StaticHyperParameters": anything,
            # What follows is handed to the training jobs, and checked as theirs.
            "AlgorithmSpecification": {
                "TrainingImage": Required(anything),
                "TrainingInputMode": only("File"),
                "MetricDefinitions": anything,
            },
            "RoleArn": anything,
            "InputDataConfig": anything,
            "VpcConfig": anything,
            "OutputDataConfig": anything,
            "ResourceConfig": anything,
            "HyperParameterTuningResourceConfig": {
                "InstanceType": anything,
                "InstanceCount": only(1),
                "VolumeSizeInGB": anything,
                "VolumeKmsKeyId": anything,
                "AllocationStrategy": anything,
                "InstanceConfigs": [{"InstanceType": anything, "InstanceCount": only(1), "VolumeSizeInGB": anything}],
            },
            "StoppingCondition": anything,
            "EnableNetworkIsolation": anything,
            "EnableInterContainerTrafficEncryption": anything,
            "EnableManagedSpotTraining": anything,
            "RetryStrategy": anything,
            "Environment": anything,
        }
    ),
    "Tags": anything,
}
_PASSED_ON = (
    *("RoleArn", "InputDataConfig", "VpcConfig", "OutputDataConfig", "StoppingCondition", "EnableNetworkIsolation"),
    *("EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "Environment"),
)


def check(request: Mapping[str, Any]) -> search.Search:
    """Checks ``CreateHyperParameterTuningJob`` and returns its strategy.

    Raises:
        ValidationError: SageMaker would refuse it, or the local AWS cannot honour a field, which is named.
    """
    try:
        check_fields("CreateHyperParameterTuningJob", request, FIELDS)
        config = request["HyperParameterTuningJobConfig"]
        training = training_request(request, "", {})
        check_definitions(training, training_mode(training))
        return search.create(config, search.dimensions(config["ParameterRanges"]))
    except (NotSupportedLocallyError, search.RangeError) as refusal:
        raise ValidationError(str(refusal)) from refusal


def training_request(request: Mapping[str, Any], name: str, tuned: Mapping[str, str]) -> dict[str, Any]:
    """The request of one of the tuning job's training jobs."""
    definition = request["TrainingJobDefinition"]
    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    resources = definition.get("ResourceConfig")
    if resources is None:
        resources = dict(definition.get("HyperParameterTuningResourceConfig", {}))
        first = (resources.pop("InstanceConfigs", None) or [{}])[0]
        resources.pop("AllocationStrategy", None)
        resources = {**resources, **first}
    specification = {**definition["AlgorithmSpecification"], "TrainingInputMode": "File"}
    return {
        "TrainingJobName": name,
        "HyperParameters": {
            "_tuning_objective_metric": objective["MetricName"],
            **definition.get("StaticHyperParameters", {}),
            **tuned,
        },
        "AlgorithmSpecification": specification,
        "ResourceConfig": resources,
        **{key: definition[key] for key in _PASSED_ON if key in definition},
    }

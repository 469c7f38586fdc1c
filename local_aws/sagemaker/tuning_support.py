"""What a tuning job may ask for; anything else is refused before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.sagemaker.exceptions import ValidationError

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker import search
from local_aws.sagemaker.field_rules import Required, anything, check_fields, only
from local_aws.sagemaker.images import ImageUri
from local_aws.sagemaker.metrics import check_definitions
from local_aws.sagemaker.training_mode import PROGRAM, TrainingMode, training_mode
from sagemaker_images.xgboost.hyperparameters import ALIASES, TABLE
from sagemaker_images.xgboost.metric_names import MAXIMIZED, MINIMIZED

_RANGE: Final = {"Name": anything, "MinValue": anything, "MaxValue": anything, "ScalingType": anything}
_FIELDS: Mapping[str, Any] = {
    "HyperParameterTuningJobName": anything,
    "HyperParameterTuningJobConfig": {
        "Strategy": only("Random", "Grid", "Bayesian"),
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
        check_fields("CreateHyperParameterTuningJob", request, _FIELDS)
        config, definition = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
        found = search.dimensions(config["ParameterRanges"])
        _check_algorithm(config, definition, [each.name for each in found])
        _check_metrics(request)
        _check_limits(config)
        return search.create(config, found)
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


def _check_algorithm(config: Mapping[str, Any], definition: Mapping[str, Any], names: list[str]) -> None:
    both = sorted(set(names) & set(definition.get("StaticHyperParameters", {})))
    if both:
        raise ValidationError(f"Hyperparameters {both} are static and have a range; they can have only one of them.")
    image = definition["AlgorithmSpecification"]["TrainingImage"]
    is_script = PROGRAM in definition.get("StaticHyperParameters", {})
    if is_script or ImageUri.parse(image).repository != "sagemaker-xgboost":
        return
    objective = config["HyperParameterTuningJobObjective"]
    metric, direction = objective["MetricName"], objective["Type"]
    known = {f"validation:{each}": "Maximize" for each in MAXIMIZED}
    known |= {f"validation:{each}": "Minimize" for each in MINIMIZED}
    if metric not in known:
        raise ValidationError(
            f"The objective metric for the hyperparameter tuning job, [{metric}], isn't valid for the [{image}] "
            f"algorithm. Choose a valid objective metric: [{', '.join(known)}]."
        )
    if direction != known[metric]:
        raise ValidationError(
            f"The objective type for the hyperparameter tuning job, [{direction}], isn't valid for the [{metric}] "
            f"metric. Choose a valid objective type: [{known[metric]}]."
        )
    unknown = [each for each in names if each not in TABLE and each not in ALIASES]
    if unknown:
        raise ValidationError(
            f"The hyperparameter tuning job you requested contains the following untunable hyperparameters: {unknown}."
        )


def _check_metrics(request: Mapping[str, Any]) -> None:
    """A script's objective is found by a definition of the request's own."""
    training = training_request(request, "", {})
    mode = training_mode(training)
    check_definitions(training, mode)
    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["MetricName"]
    known = [each["Name"] for each in training["AlgorithmSpecification"].get("MetricDefinitions", [])]
    if mode is not TrainingMode.ALGORITHM and objective not in known:
        raise ValidationError(
            f"The objective metric for the hyperparameter tuning job, [{objective}], isn't defined: add it to "
            f"AlgorithmSpecification.MetricDefinitions of the training job definition, which has {known}."
        )


def _check_limits(config: Mapping[str, Any]) -> None:
    limits = config["ResourceLimits"]
    bounded = "MaxNumberOfTrainingJobs" in limits or "MaxRuntimeInSeconds" in limits
    if config["Strategy"] != "Grid" and not bounded:
        raise ValidationError("ResourceLimits needs MaxNumberOfTrainingJobs or MaxRuntimeInSeconds.")

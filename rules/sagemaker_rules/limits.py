"""Limits of SageMaker that its service model does not state, as pure functions of a request.

Each stands in the API reference of its operation, https://docs.aws.amazon.com/sagemaker/latest/APIReference/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_DAY = 24 * 60 * 60
_MAX_TRAINING_SECONDS = 28 * _DAY
_MAX_TRANSFORM_INSTANCES = 100
_MAX_PAYLOAD_MB = 100

#: Path, rule and message of something that SageMaker would refuse.
Limit = tuple[str, str, str]
IsDynamic = Callable[[Any], bool]


def limit_findings(operation: str, request: Mapping[str, Any], *, is_dynamic: IsDynamic) -> Iterator[Limit]:
    """What SageMaker would refuse although the service model allows it.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        request: The request as it stands in a task state.
        is_dynamic: Says of a value whether it is known only later.
    """
    rule = _RULES.get(operation)
    if rule is not None:
        yield from rule(_Fields(request, is_dynamic))


class _Fields:
    """A request, or an object in it, in which later values and values of another type are left alone."""

    def __init__(self, value: Any, is_dynamic: IsDynamic, path: str = "") -> None:
        self.is_dynamic = is_dynamic
        self.path = path
        self.is_known = isinstance(value, Mapping)
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}

    def has(self, *names: str) -> bool:
        """Whether one of the fields is there, dynamic ones included."""
        return any(name in self.value or f"{name}.$" in self.value for name in names)

    def at(self, name: str) -> str:
        """Path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def object(self, name: str) -> _Fields:
        """The object in a field; an unknown one where it is missing or dynamic."""
        return _Fields(self.value.get(name), self.is_dynamic, self.at(name))

    def objects(self, name: str) -> list[_Fields]:
        """The objects in a list."""
        items = self.value.get(name)
        items = items if isinstance(items, list | tuple) else []
        return [_Fields(item, self.is_dynamic, f"{self.at(name)}[{index}]") for index, item in enumerate(items)]

    def number(self, name: str) -> float | None:
        """A number that is known; None otherwise."""
        value = self.value.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if self.is_dynamic(value) or not is_number else value

    def is_true(self, name: str) -> bool:
        return self.value.get(name) is True

    def text(self, name: str) -> str | None:
        """A string that is known; None otherwise."""
        value = self.value.get(name)
        return value if isinstance(value, str) and not self.is_dynamic(value) else None


def _at_most(fields: _Fields, name: str, most: float, unit: str = "") -> Iterator[Limit]:
    value = fields.number(name)
    if value is not None and value > most:
        yield fields.at(name), "max", f"is {value}; write at most {most}{unit}"


def _one_of(fields: _Fields, *names: str) -> Iterator[Limit]:
    if fields.is_known and not fields.has(*names):
        yield fields.at(names[0]), "required", f"is missing; SageMaker requires it: write {' or '.join(names)}"


def _only_one_of(fields: _Fields, *names: str) -> Iterator[Limit]:
    # Of two later values, one may turn out to be empty.
    given = [fields.value.get(name) for name in names]
    if all(value and not fields.is_dynamic(value) for value in given):
        yield fields.at(names[-1]), "exclusive", f"stands beside {names[0]}; write one of them"


def _training_job(request: _Fields) -> Iterator[Limit]:
    # Optional in the model for serverless jobs only.
    if not request.has("ServerlessJobConfig"):
        yield from _one_of(request, "AlgorithmSpecification")
        yield from _one_of(request, "ResourceConfig")
        yield from _training(request)


def _training(request: _Fields) -> Iterator[Limit]:
    algorithm = request.object("AlgorithmSpecification")
    yield from _one_of(algorithm, "TrainingImage", "AlgorithmName")
    yield from _only_one_of(algorithm, "TrainingImage", "AlgorithmName")
    resources = request.object("ResourceConfig")
    yield from _one_of(resources, "InstanceType", "InstanceGroups", "InstancePreferences")
    yield from _volume(resources)
    stopping = request.object("StoppingCondition")
    for name in ("MaxRuntimeInSeconds", "MaxWaitTimeInSeconds"):
        yield from _at_most(stopping, name, _MAX_TRAINING_SECONDS, " (28 days)")
    yield from _spot(request, stopping)
    yield from _channels(request)


def _volume(resources: _Fields) -> Iterator[Limit]:
    if resources.number("VolumeSizeInGB") == 0:
        message = "is 0; write at least 1, or leave it out where the instance type has storage of its own"
        yield resources.at("VolumeSizeInGB"), "min", message
    if resources.has("InstanceType") and resources.number("InstanceCount") == 0:
        yield resources.at("InstanceCount"), "min", "is 0; write at least 1"


def _spot(request: _Fields, stopping: _Fields) -> Iterator[Limit]:
    wait, run = stopping.number("MaxWaitTimeInSeconds"), stopping.number("MaxRuntimeInSeconds")
    if wait is not None and run is not None and wait < run:
        message = f"is {wait}, less than MaxRuntimeInSeconds; write at least {run}"
        yield stopping.at("MaxWaitTimeInSeconds"), "min", message
    is_spot = request.is_true("EnableManagedSpotTraining")
    is_fixed = "EnableManagedSpotTraining" not in request.value and not request.has("EnableManagedSpotTraining")
    if is_spot and stopping.is_known and not stopping.has("MaxWaitTimeInSeconds"):
        message = "is missing; managed spot training requires it: write at least MaxRuntimeInSeconds"
        yield stopping.at("MaxWaitTimeInSeconds"), "required", message
    if (is_fixed or request.value.get("EnableManagedSpotTraining") is False) and stopping.has("MaxWaitTimeInSeconds"):
        message = "is for managed spot training only; write EnableManagedSpotTraining: true, or take it out"
        yield stopping.at("MaxWaitTimeInSeconds"), "exclusive", message


def _channels(request: _Fields) -> Iterator[Limit]:
    seen = set[str]()
    for channel in request.objects("InputDataConfig"):
        name = channel.text("ChannelName")
        if name is not None and name in seen:
            yield channel.at("ChannelName"), "unique", f"{name!r} names a channel before; write another name"
        seen.add(name or "")


def _transform_job(request: _Fields) -> Iterator[Limit]:
    yield from _at_most(request.object("TransformResources"), "InstanceCount", _MAX_TRANSFORM_INSTANCES)
    yield from _at_most(request, "MaxPayloadInMB", _MAX_PAYLOAD_MB)
    payload, parallel = request.number("MaxPayloadInMB"), request.number("MaxConcurrentTransforms")
    if payload and parallel and payload <= _MAX_PAYLOAD_MB < payload * parallel:
        message = (
            f"is {parallel}, times MaxPayloadInMB more than 100 MB; write at most {int(_MAX_PAYLOAD_MB // payload)}"
        )
        yield request.at("MaxConcurrentTransforms"), "max", message


def _processing_job(request: _Fields) -> Iterator[Limit]:
    cluster = request.object("ProcessingResources").object("ClusterConfig")
    yield from _one_of(request.object("ProcessingResources"), "ClusterConfig")
    yield from _one_of(cluster, "InstanceType", "InstancePreferences")
    for side, lists in (("InputName", [request]), ("OutputName", [request.object("ProcessingOutputConfig")])):
        field = "ProcessingInputs" if side == "InputName" else "Outputs"
        seen = set[str]()
        for each in lists[0].objects(field):
            name = each.text(side)
            if name is not None and name in seen:
                yield each.at(side), "unique", f"{name!r} is used before; write another name"
            seen.add(name or "")


def _tuning_job(request: _Fields) -> Iterator[Limit]:
    yield from _one_of(request, "TrainingJobDefinition", "TrainingJobDefinitions")
    yield from _only_one_of(request, "TrainingJobDefinition", "TrainingJobDefinitions")
    config = request.object("HyperParameterTuningJobConfig")
    limits = config.object("ResourceLimits")
    parallel, number = limits.number("MaxParallelTrainingJobs"), limits.number("MaxNumberOfTrainingJobs")
    if parallel is not None and number is not None and parallel > number:
        message = f"is {parallel}, more than MaxNumberOfTrainingJobs; write at most {number}"
        yield limits.at("MaxParallelTrainingJobs"), "max", message
    if config.text("Strategy") == "Hyperband" and config.text("TrainingJobEarlyStoppingType") == "Auto":
        message = "is Auto, and Hyperband stops jobs by itself; write 'Off'"
        yield config.at("TrainingJobEarlyStoppingType"), "exclusive", message
    if config.has("StrategyConfig") and config.text("Strategy") not in (None, "Hyperband"):
        yield (
            config.at("StrategyConfig"),
            "exclusive",
            "is for Hyperband only; take it out, or write Strategy: Hyperband",
        )
    yield from _ranges(config.object("ParameterRanges"))
    for definition in (request.object("TrainingJobDefinition"), *request.objects("TrainingJobDefinitions")):
        if definition.is_known:
            yield from _training(definition)


def _ranges(ranges: _Fields) -> Iterator[Limit]:
    for kind in ("IntegerParameterRanges", "ContinuousParameterRanges"):
        for each in ranges.objects(kind):
            low, high = _as_number(each.text("MinValue")), _as_number(each.text("MaxValue"))
            if low is not None and high is not None and low > high:
                yield each.at("MinValue"), "max", f"is {low}, more than MaxValue; write at most {high}"


def _as_number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _labeling_job(request: _Fields) -> Iterator[Limit]:
    name = request.text("LabelAttributeName") or ""
    if name.endswith("-metadata"):
        yield request.at("LabelAttributeName"), "pattern", f"{name!r} ends in -metadata; write another name"
    yield from _one_of(request.object("InputConfig").object("DataSource"), "S3DataSource", "SnsDataSource")


def _model(request: _Fields) -> Iterator[Limit]:
    yield from _one_of(request, "PrimaryContainer", "Containers")
    yield from _only_one_of(request, "PrimaryContainer", "Containers")
    for container in (request.object("PrimaryContainer"), *request.objects("Containers")):
        yield from _one_of(container, "Image", "ModelPackageName")


def _endpoint_config(request: _Fields) -> Iterator[Limit]:
    seen = set[str]()
    for variant in request.objects("ProductionVariants"):
        name = variant.text("VariantName")
        if name is not None and name in seen:
            yield variant.at("VariantName"), "unique", f"{name!r} is used before; write another name"
        seen.add(name or "")
        if variant.has("ModelName"):  # without one, inference components bring the model
            yield from _one_of(variant, "InstanceType", "ServerlessConfig", "InstancePools")
        yield from _only_one_of(variant, "InstanceType", "ServerlessConfig")


_RULES: Mapping[str, Callable[[_Fields], Iterator[Limit]]] = {
    "CreateTrainingJob": _training_job,
    "CreateTransformJob": _transform_job,
    "CreateProcessingJob": _processing_job,
    "CreateHyperParameterTuningJob": _tuning_job,
    "CreateLabelingJob": _labeling_job,
    "CreateModel": _model,
    "CreateEndpointConfig": _endpoint_config,
}

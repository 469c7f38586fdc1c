"""Rules on training jobs, also those that a tuning job starts.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from sagemaker_rules.requests import channels, images, instances, xgboost
from sagemaker_rules.requests.fields import Fields, Found, at_most, named, needs_one_of, only_one_of, unique

_DAY = 24 * 60 * 60
_MAX_SECONDS = 28 * _DAY
_PROFILING_INTERVALS = (100, 200, 500, 1000, 5000, 60_000)
_READ_ONLY = ("SelectedInstanceType", "SelectedInstanceCount")


def training_job(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateTrainingJob request."""
    # Optional in the model for serverless jobs only.
    if not request.has("ServerlessJobConfig"):
        yield from needs_one_of(request, "algorithm", "AlgorithmSpecification")
        yield from needs_one_of(request, "instances", "ResourceConfig")
        yield from training(request, request.object("ResourceConfig"), "HyperParameters", region)
    profiler = request.object("ProfilerConfig")
    interval = profiler.number("ProfilingIntervalInMilliseconds")
    if interval is not None and interval not in _PROFILING_INTERVALS:
        message = f"is {interval}; write one of {', '.join(map(str, _PROFILING_INTERVALS))}"
        yield Found(profiler.at("ProfilingIntervalInMilliseconds"), "profiling-interval", message)


def training(request: Fields, resources: Fields, hyperparameters: str, region: str | None) -> Iterator[Found]:
    """What a training job and the definition of one in a tuning job have in common.

    Args:
        request: The request or definition.
        resources: Its ResourceConfig.
        hyperparameters: Field of the hyperparameters.
        region: Region of the call, where it is known.
    """
    algorithm = request.object("AlgorithmSpecification")
    yield from needs_one_of(algorithm, "algorithm", "TrainingImage", "AlgorithmName")
    yield from only_one_of(algorithm, "algorithm-twice", "TrainingImage", "AlgorithmName")
    yield from images.image(algorithm, "TrainingImage", region)
    yield from _metrics(algorithm)
    yield from resource_config(resources)
    if resources.has("InstancePreferences") and request.value.get("EnableManagedSpotTraining") is True:
        message = "is true beside InstancePreferences, which are not for spot capacity; take one of them out"
        yield Found(request.at("EnableManagedSpotTraining"), "instances-twice", message)
    stopping = request.object("StoppingCondition")
    for name in ("MaxRuntimeInSeconds", "MaxWaitTimeInSeconds"):
        yield from at_most(stopping, name, _MAX_SECONDS, "training-runtime", " (28 days)")
    yield from _spot(request, stopping)
    yield from _warm_pool(request, resources)
    yield from channels.channels(request)
    yield from xgboost.training(request, hyperparameters)


def resource_config(resources: Fields) -> Iterator[Found]:
    """The machines and their volume."""
    yield from needs_one_of(resources, "instances", "InstanceType", "InstanceGroups", "InstancePreferences")
    yield from only_one_of(resources, "instances-twice", "InstanceType", "InstanceGroups", "InstancePreferences")
    yield from only_one_of(resources, "instances-twice", "InstancePlacementConfig", "InstancePreferences")
    yield from only_one_of(resources, "instances-twice", "InstanceGroups", "InstanceCount")
    for name in _READ_ONLY:
        if resources.has(name):
            yield Found(resources.at(name), "read-only", "is an answer of DescribeTrainingJob; take it out")
    if resources.number("VolumeSizeInGB") == 0:
        message = "is 0; write at least 1, or leave it out where the instance type has storage of its own"
        yield Found(resources.at("VolumeSizeInGB"), "volume-size", message)
    if resources.has("InstanceType"):
        if resources.number("InstanceCount") == 0:
            yield Found(resources.at("InstanceCount"), "instance-count", "is 0; write at least 1")
        if not resources.has("InstanceCount"):
            yield Found(resources.at("InstanceCount"), "instance-count", "is missing; write at least 1")
    yield from _preferences(resources)
    groups = resources.objects("InstanceGroups")
    yield from unique(named(groups, "InstanceGroupName"), "name-twice", "instance group")
    owners = [resources, *groups, *resources.objects("InstancePreferences")]
    yield from instances.volume(resources, owners)


def _preferences(resources: Fields) -> Iterator[Found]:
    preferences = resources.objects("InstancePreferences")
    yield from unique(named(preferences, "InstanceType"), "name-twice", "instance type")
    if not preferences or not all(each.is_known for each in preferences):
        return
    counted = [each for each in preferences if each.has("InstanceCount")]
    if resources.has("InstanceCount") and counted:
        message = "stands beside InstanceCount of the ResourceConfig; write one of them"
        yield Found(counted[0].at("InstanceCount"), "instance-count", message)
    elif not resources.has("InstanceCount") and len(counted) < len(preferences):
        missing = next(each for each in preferences if not each.has("InstanceCount"))
        message = "is missing; write it for each preference, or once in the ResourceConfig"
        yield Found(missing.at("InstanceCount"), "instance-count", message)


def _metrics(algorithm: Fields) -> Iterator[Found]:
    definitions = algorithm.objects("MetricDefinitions")
    yield from unique(named(definitions, "Name"), "name-twice", "metric")
    for path, pattern in named(definitions, "Regex"):
        try:
            groups = regex.compile(pattern).groups
        except regex.error:
            # SageMaker reads it as Java does.
            yield Found(path, "metric-regex", f"{pattern!r} cannot be compiled; mend the expression", is_warning=True)
            continue
        if groups < 1:
            message = f"{pattern!r} has no group; put the number in parentheses"
            yield Found(path, "metric-regex", message, is_warning=True)


def _spot(request: Fields, stopping: Fields) -> Iterator[Found]:
    wait, run = stopping.number("MaxWaitTimeInSeconds"), stopping.number("MaxRuntimeInSeconds")
    where = stopping.at("MaxWaitTimeInSeconds")
    if wait is not None and run is not None and wait < run:
        message = f"is {wait}, less than MaxRuntimeInSeconds; write at least {run}"
        yield Found(where, "spot-wait-time", message)
    is_spot = request.flag("EnableManagedSpotTraining")
    is_read = stopping.is_known or request.lacks("StoppingCondition")
    if is_spot and is_read and not stopping.has("MaxWaitTimeInSeconds"):
        message = "is missing; managed spot training requires it: write at least MaxRuntimeInSeconds"
        yield Found(where, "spot-wait-time", message)
    if is_spot is False and stopping.has("MaxWaitTimeInSeconds"):
        message = "is for managed spot training only; write EnableManagedSpotTraining: true, or take it out"
        yield Found(where, "spot-wait-time", message)


def _warm_pool(request: Fields, resources: Fields) -> Iterator[Found]:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html
    if resources.number("KeepAlivePeriodInSeconds") and request.flag("EnableManagedSpotTraining"):
        message = "keeps machines, which managed spot training does not; take one of them out"
        yield Found(resources.at("KeepAlivePeriodInSeconds"), "warm-pool-spot", message, is_warning=True)

"""Rules on hyperparameter tuning jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.images import EcrUri
from sagemaker_rules.requests import instances, ranges, xgboost
from sagemaker_rules.requests.fields import Fields, Found, named, needs_one_of, only_one_of, unique
from sagemaker_rules.requests.training import resource_config, training

#: Static hyperparameters from which Hyperband infers MaxResource.
_EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
_MAX_EPOCHS = 20_000


def tuning_job(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateHyperParameterTuningJob request."""
    yield from needs_one_of(request, "tuning-definition", "TrainingJobDefinition", "TrainingJobDefinitions")
    yield from only_one_of(request, "tuning-definition", "TrainingJobDefinition", "TrainingJobDefinitions")
    config = request.object("HyperParameterTuningJobConfig")
    single = request.object("TrainingJobDefinition")
    several = request.objects("TrainingJobDefinitions")
    is_automatic = request.has("Autotune")
    yield from _limits(config, is_automatic)
    yield from _hyperband(config, [single, *several])
    yield from unique(named(several, "DefinitionName"), "name-twice", "definition")
    parents = request.object("WarmStartConfig").objects("ParentHyperParameterTuningJobs")
    yield from unique(named(parents, "HyperParameterTuningJobName"), "name-twice", "parent")
    if single.is_known:
        objective = config.object("HyperParameterTuningJobObjective")
        if config.lacks("HyperParameterTuningJobObjective"):
            message = "is missing; write the metric to tune for, its Type and MetricName"
            yield Found(objective.path, "tuning-objective", message)
        yield from _definition(single, config, "ParameterRanges", objective, region, is_automatic)
    for each in several:
        yield from _one_of_several(each, config, region, is_automatic)


def _one_of_several(each: Fields, config: Fields, region: str | None, is_automatic: bool) -> Iterator[Found]:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/multiple-algorithm-hpo-create-tuning-jobs.html
    needed = ["DefinitionName", "TuningObjective", *([] if is_automatic else ["HyperParameterRanges"])]
    for name in needed:
        if each.lacks(name):
            yield Found(
                each.at(name), "tuning-definition", "is missing; each of several definitions needs it: write it"
            )
    objective = each.object("TuningObjective")
    yield from _definition(each, config, "HyperParameterRanges", objective, region, is_automatic)


def _definition(
    definition: Fields, config: Fields, field: str, objective: Fields, region: str | None, is_automatic: bool
) -> Iterator[Found]:
    owner = config if field == "ParameterRanges" else definition
    given = owner.object(field)
    if owner.lacks(field) and not is_automatic and field == "ParameterRanges":
        yield Found(owner.at(field), "tuning-ranges", "is missing; write at least one range, or Autotune")
    yield from ranges.ranges(given, definition, config, is_automatic)
    resources = definition.object("ResourceConfig")
    yield from training(definition, resources, "StaticHyperParameters", region)
    yield from _resources(definition)
    yield from _objective(definition, objective)
    yield from xgboost.tuning(definition, given, objective)


def _resources(definition: Fields) -> Iterator[Found]:
    both = ("ResourceConfig", "HyperParameterTuningResourceConfig")
    yield from needs_one_of(definition, "instances", *both)
    yield from only_one_of(definition, "instances-twice", *both)
    flexible = definition.object("HyperParameterTuningResourceConfig")
    configs = flexible.objects("InstanceConfigs")
    if flexible.has("InstanceConfigs"):
        for name in ("InstanceType", "InstanceCount", "VolumeSizeInGB"):
            if flexible.has(name):
                yield Found(flexible.at(name), "instances-twice", "stands beside InstanceConfigs; take it out")
        yield from instances.volume(flexible, configs)
    elif flexible.is_known:
        yield from resource_config(flexible)


def _objective(definition: Fields, objective: Fields) -> Iterator[Found]:
    """A metric that nobody measures: only algorithms of SageMaker itself define their own."""
    algorithm = definition.object("AlgorithmSpecification")
    image, metric = algorithm.raw_text("TrainingImage"), objective.text("MetricName")
    parts = EcrUri.parse(image) if image is not None else None
    if metric is None or image is None or not definition.is_whole("StaticHyperParameters"):
        return
    # An image that is known only later may be one of SageMaker's algorithms.
    if parts.may_be_built_in if parts is not None else definition.is_dynamic(image):
        return
    is_built_in = parts is not None and parts.is_built_in and not xgboost.is_script(definition, "StaticHyperParameters")
    if is_built_in or not algorithm.is_whole("MetricDefinitions"):
        return
    names = [each.text("Name") for each in algorithm.objects("MetricDefinitions")]
    if None not in names and metric not in names:
        message = (
            f"{metric!r} is not defined by the training job; add it to AlgorithmSpecification.MetricDefinitions, which "
            f"has {', '.join(map(repr, names)) or 'none'}"
        )
        words = (
            f"The objective metric for the hyperparameter tuning job, [{metric}], isn't defined: add it to "
            f"AlgorithmSpecification.MetricDefinitions of the training job definition, which has {names}."
        )
        yield Found(objective.at("MetricName"), "tuning-objective", message, words=words)


def _limits(config: Fields, is_automatic: bool) -> Iterator[Found]:
    limits = config.object("ResourceLimits")
    parallel, number = limits.number("MaxParallelTrainingJobs"), limits.number("MaxNumberOfTrainingJobs")
    if parallel is not None and number is not None and parallel > number:
        message = f"is {parallel}, more than MaxNumberOfTrainingJobs; write at most {number}"
        yield Found(limits.at("MaxParallelTrainingJobs"), "tuning-limits", message)
    is_bounded = limits.has("MaxNumberOfTrainingJobs", "MaxRuntimeInSeconds")
    if limits.is_known and not is_bounded and not is_automatic and config.text("Strategy") not in (None, "Grid"):
        message = "is missing; write it, or MaxRuntimeInSeconds"
        yield Found(limits.at("MaxNumberOfTrainingJobs"), "tuning-limits", message)


def _hyperband(config: Fields, definitions: list[Fields]) -> Iterator[Found]:
    strategy = config.text("Strategy")
    if strategy == "Hyperband" and config.text("TrainingJobEarlyStoppingType") == "Auto":
        message = "is Auto, and Hyperband stops jobs by itself; write 'Off'"
        yield Found(config.at("TrainingJobEarlyStoppingType"), "hyperband", message)
    if config.has("StrategyConfig") and strategy not in (None, "Hyperband"):
        message = "is for Hyperband only; take it out, or write Strategy: Hyperband"
        yield Found(config.at("StrategyConfig"), "hyperband", message)
    if strategy != "Hyperband":
        return
    resources = config.object("StrategyConfig").object("HyperbandStrategyConfig")
    least, most = resources.number("MinResource"), resources.number("MaxResource")
    if most is not None and most > _MAX_EPOCHS:
        yield Found(resources.at("MaxResource"), "hyperband", f"is {most}; write at most {_MAX_EPOCHS}")
    if least is not None and most is not None and least > most:
        yield Found(
            resources.at("MinResource"), "hyperband", f"is {least}, more than MaxResource; write at most {most}"
        )
    is_read = resources.is_known or config.lacks("StrategyConfig")
    known = [each for each in definitions if each.is_known]
    if is_read and not resources.has("MaxResource") and known:
        for each in known:
            is_inferred = bool(set(_EPOCHS) & set(each.entries("StaticHyperParameters")))
            if each.is_whole("StaticHyperParameters") and not is_inferred:
                message = "is missing, and no static hyperparameter tells the number of epochs; write it"
                yield Found(resources.at("MaxResource"), "hyperband", message)
                return

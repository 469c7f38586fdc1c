"""Rules on the built-in XGBoost: hyperparameters, channels, metrics.

What the container itself refuses fails the job, not the call: those rules are in ``AT_RUN_TIME`` of this package.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.images import EcrUri
from sagemaker_rules.requests import xgboost_table as table
from sagemaker_rules.requests.fields import Fields, Found, named

_PROGRAM = "sagemaker_program"
_REPOSITORY = "sagemaker-xgboost"
#: XGBoost 0.72, whose other hyperparameters are not looked at.
_LEGACY = "xgboost"
_VERSION = re.compile(r"(\d+)\.(\d+)")
_NUM_CLASS_NEEDED = ("multi:softmax", "multi:softprob")


def is_script(request: Fields, hyperparameters: str) -> bool:
    """Whether a training job brings its own program, so that the image's algorithm does not run."""
    algorithm = request.object("AlgorithmSpecification")
    given = {*request.entries(hyperparameters), *request.entries("Environment")}
    return algorithm.has("ContainerEntrypoint") or _PROGRAM in given or _PROGRAM.upper() in given


def training(request: Fields, hyperparameters: str) -> Iterator[Found]:
    """What is wrong with a training job of an algorithm of SageMaker itself, above all XGBoost.

    Args:
        request: The request, or the definition of a tuning job.
        hyperparameters: Field of the hyperparameters.
    """
    algorithm = request.object("AlgorithmSpecification")
    image = _image(algorithm)
    # A script may be named by what is known only later.
    is_known = f"{hyperparameters}.$" not in request.value and not request.is_dynamic(
        request.value.get(hyperparameters)
    )
    if image is None or not image.is_built_in or not is_known or is_script(request, hyperparameters):
        return
    if algorithm.value.get("MetricDefinitions"):
        words = (
            "You can't override the metric definitions for Amazon SageMaker algorithms. "
            "Please retry the request without specifying metric definitions."
        )
        message = "are defined by the algorithm itself; take them out"
        yield Found(algorithm.at("MetricDefinitions"), "built-in-metrics", message, words=words)
    if image.repository == _LEGACY and "num_round" not in request.entries(hyperparameters):
        where = f"{request.at(hyperparameters)}['num_round']"
        message = "is missing; XGBoost needs it: write the number of rounds"
        if hyperparameters != "StaticHyperParameters":
            yield Found(where, "xgboost-hyperparameter", message)
    if image.repository != _REPOSITORY:
        return
    is_tuned = hyperparameters == "StaticHyperParameters"
    values = request.entries(hyperparameters)
    yield from _hyperparameters(values, request.at(hyperparameters), _version(image), is_tuned=is_tuned)
    yield from _channels(request)


def tuning(definition: Fields, ranges: Fields, objective: Fields) -> Iterator[Found]:
    """What is wrong with the objective and the ranges of a tuning job of XGBoost."""
    image = _image(definition.object("AlgorithmSpecification"))
    is_known = definition.is_whole("StaticHyperParameters") and not is_script(definition, "StaticHyperParameters")
    if image is None or not image.is_built_in or image.repository != _REPOSITORY or not is_known:
        return
    known = {f"validation:{each}": "Maximize" for each in table.MAXIMIZED}
    known |= {f"validation:{each}": "Minimize" for each in table.MINIMIZED}
    metric, direction = objective.text("MetricName"), objective.text("Type")
    if metric is not None and metric not in known:
        message = f"{metric!r} is not measured by {_REPOSITORY}; write one of {', '.join(known)}"
        uri = definition.object("AlgorithmSpecification").text("TrainingImage")
        words = (
            f"The objective metric for the hyperparameter tuning job, [{metric}], isn't valid for the [{uri}] "
            f"algorithm. Choose a valid objective metric: [{', '.join(known)}]."
        )
        yield Found(objective.at("MetricName"), "tuning-objective", message, words=words)
    elif metric is not None and direction is not None and direction != known[metric]:
        message = f"is {direction}, and {metric} is better the other way; write {known[metric]}"
        words = (
            f"The objective type for the hyperparameter tuning job, [{direction}], isn't valid for the [{metric}] "
            f"metric. Choose a valid objective type: [{known[metric]}]."
        )
        yield Found(objective.at("Type"), "tuning-objective", message, words=words)
    if ranges.has("AutoParameters"):
        return
    kinds = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")
    every = [each for kind in kinds for each in ranges.objects(kind)]
    tuned = {name: path for path, name in named(every, "Name")}
    for name, path in tuned.items():
        if table.ALIASES.get(name, name) not in table.HYPERPARAMETERS:
            words = (
                "The hyperparameter tuning job you requested contains the following untunable hyperparameters: "
                f"{[name]}."
            )
            message = f"{name!r} is not a hyperparameter of XGBoost{_instead(name)}"
            yield Found(path, "xgboost-untunable", message, words=words)
    static = definition.entries("StaticHyperParameters")
    if "num_round" not in static and "num_round" not in tuned and all(ranges.is_whole(kind) for kind in kinds):
        where = f"{definition.at('StaticHyperParameters')}['num_round']"
        yield Found(where, "xgboost-hyperparameter", "is missing; XGBoost needs it: write the number of rounds")


def _image(algorithm: Fields) -> EcrUri | None:
    uri = algorithm.raw_text("TrainingImage")
    return EcrUri.parse(uri) if uri is not None else None


def _version(image: EcrUri) -> tuple[int, int] | None:
    match = _VERSION.match(image.tag)
    return (int(match[1]), int(match[2])) if match else None


def _hyperparameters(
    values: Mapping[str, Any], where: str, version: tuple[int, int] | None, *, is_tuned: bool
) -> Iterator[Found]:
    given = {table.ALIASES.get(name, name): value for name, value in values.items()}
    if "num_round" not in given and not is_tuned:
        message = "is missing; XGBoost needs it: write the number of rounds"
        yield Found(f"{where}['num_round']", "xgboost-hyperparameter", message)
    for name, value in values.items():
        place, kind = f"{where}[{name!r}]", table.HYPERPARAMETERS.get(table.ALIASES.get(name, name))
        if kind is None:
            message = f"is not a hyperparameter of XGBoost{_instead(name)}"
            yield Found(place, "xgboost-hyperparameter", message)
        elif isinstance(value, str) and (problem := _value_problem(kind, value, version)):
            yield Found(place, "xgboost-hyperparameter", f"is {value!r}; {problem}")
    for name, problem in _combinations(given, is_tuned):
        yield Found(f"{where}[{name!r}]", "xgboost-combination", problem)


def _value_problem(kind: str, value: str, version: tuple[int, int] | None) -> str | None:
    word, _, allowed = kind.partition(" ")
    if word == "choice":
        known = [each for each in allowed.split(" ") if _is_known(each, version)]
        return None if value in known else f"write one of {', '.join(known)}"
    if word == "metrics":
        wrong = [each for each in value.split(",") if not _is_metric(each, version)]
        return f"{wrong[0]!r} is not a metric of XGBoost; write names with commas between" if wrong else None
    if word in ("integer", "number"):
        return _number_problem(word, allowed, value)
    return None


def _is_known(value: str, version: tuple[int, int] | None) -> bool:
    return version is None or version >= table.SINCE.get(value, (0, 0))


def _is_metric(text: str, version: tuple[int, int] | None) -> bool:
    name, at, threshold = text.partition("@")
    if not at:
        return name in (*table.MAXIMIZED, *table.MINIMIZED) and _is_known(name, version)
    return name.strip() in table.WITH_THRESHOLD and _read("number", threshold) is not None


def _number_problem(word: str, interval: str, text: str) -> str | None:
    value = _read(word, text)
    if value is None:
        return f"write a {'whole number' if word == 'integer' else 'number'}"
    low, high = (float(each) for each in interval[1:-1].split(","))
    is_open = interval[-1] == ")" and high != math.inf
    is_outside = value <= low if interval[0] == "(" else value < low
    is_outside = is_outside or (value >= high if is_open else value > high)
    return f"write a value in {interval}" if is_outside else None


def _read(word: str, text: str) -> float | None:
    try:
        return int(text) if word == "integer" else float(text)
    except ValueError:
        return None


def _combinations(given: Mapping[str, Any], is_tuned: bool) -> Iterator[tuple[str, str]]:
    objective, metric = given.get("objective"), given.get("eval_metric")
    if objective in _NUM_CLASS_NEEDED and "num_class" not in given and not is_tuned:
        yield "num_class", f"is missing; objective {objective} needs it: write the number of classes"
    if "eval_metric" in given and "objective" not in given and not is_tuned:
        yield "objective", "is missing; eval_metric needs it: write it"
    if isinstance(metric, str) and isinstance(objective, str):
        metrics = metric.split(",")
        if "auc" in metrics and not objective.startswith(("binary:", "rank:")):
            yield "eval_metric", f"is auc, which is for binary and rank objectives, not for {objective}; write another"
        if "aft-nloglik" in metrics and objective != "survival:aft":
            yield "eval_metric", f"is aft-nloglik, which is for survival:aft, not for {objective}; write another"
    method = given.get("tree_method", "")
    for name, methods in {
        "monotone_constraints": ("exact", "hist"),
        "interaction_constraints": ("exact", "hist", "approx"),
    }.items():
        if name in given and isinstance(method, str) and method not in methods and not is_tuned:
            yield name, f"needs tree_method {' or '.join(methods)}; write one of them"


def _channels(request: Fields) -> Iterator[Found]:
    channels = request.objects("InputDataConfig")
    names = named(channels, "ChannelName")
    for path, name in names:
        if name not in table.CHANNELS:
            close = difflib.get_close_matches(name, table.CHANNELS, n=1)
            remedy = f"write {close[0]!r}" if close else f"write one of {', '.join(table.CHANNELS)}"
            yield Found(path, "xgboost-channel", f"{name!r} is not a channel of XGBoost; {remedy}")
    is_read = request.is_whole("InputDataConfig") and len(names) == len(channels)
    # A wrong name has been said; it was most likely meant to be this one.
    if is_read and all(name in table.CHANNELS for _, name in names) and "train" not in [name for _, name in names]:
        message = "has no channel 'train'; XGBoost needs it: write it"
        yield Found(request.at("InputDataConfig"), "xgboost-channel", message)


def _instead(name: str) -> str:
    close = difflib.get_close_matches(name, [*table.HYPERPARAMETERS, *table.ALIASES], n=1)
    return f"; write {close[0]!r}" if close else "; take it out"

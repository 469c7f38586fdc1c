"""Rules on the ranges of a tuning job.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found, named, unique

_KINDS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges", "AutoParameters")
_MAX_RANGES = 30
_INTEGER = re.compile(r"[+-]?\d+")


def ranges(given: Fields, definition: Fields, config: Fields, is_automatic: bool) -> Iterator[Found]:
    """What SageMaker would refuse of the ranges.

    Args:
        given: The ranges.
        definition: The definition of the training job whose hyperparameters they are.
        config: The tuning job's configuration.
        is_automatic: Whether SageMaker itself chooses ranges (Autotune).
    """
    if not given.is_known:
        return
    every = [each for kind in _KINDS for each in given.objects(kind)]
    if not every and not is_automatic and all(given.is_whole(kind) for kind in _KINDS):
        yield Found(given.path, "tuning-ranges", "holds no range; write at least one")
    if len(every) > _MAX_RANGES and not is_automatic:
        yield Found(given.path, "tuning-ranges", f"holds {len(every)} ranges; write at most {_MAX_RANGES} in all")
    names = named(every, "Name")
    yield from unique(names, "range-twice", "hyperparameter")
    static = definition.entries("StaticHyperParameters")
    for path, name in names:
        if name in static:
            message = f"{name!r} is a static hyperparameter as well; take it out of one of the two"
            words = f"Hyperparameters ['{name}'] are static and have a range; they can have only one of them."
            yield Found(path, "range-and-static", message, words=words)
    for each in given.objects("IntegerParameterRanges"):
        yield from _numeric(each, is_integer=True)
    for each in given.objects("ContinuousParameterRanges"):
        yield from _numeric(each, is_integer=False)
    for each in given.objects("CategoricalParameterRanges"):
        yield from unique(each.texts("Values"), "range-category-twice", "category")
    yield from _combinations(given, config)


def _numeric(each: Fields, *, is_integer: bool) -> Iterator[Found]:
    bounds = {name: each.text(name) for name in ("MinValue", "MaxValue")}
    for name, text in bounds.items():
        if text is not None and _number(text, is_integer) is None:
            kind = "whole number" if is_integer else "number"
            yield Found(each.at(name), "range-bound", f"{text!r} is not a {kind}; write one")
    low, high = (None if text is None else _number(text, is_integer) for text in bounds.values())
    if low is not None and high is not None and low > high:
        message = f"is {bounds['MinValue']}, more than MaxValue; write at most {bounds['MaxValue']}"
        yield Found(each.at("MinValue"), "range-order", message)
    if low is not None and low == high:
        message = "is the MaxValue; write a static hyperparameter, or a wider range"
        yield Found(each.at("MinValue"), "range-order", message, is_warning=True)
    scale = each.text("ScalingType")
    if scale == "Logarithmic" and low is not None and low <= 0:
        message = f"is {bounds['MinValue']} on a logarithmic scale; write more than 0, or ScalingType: Linear"
        yield Found(each.at("MinValue"), "range-scale", message)
    if scale == "ReverseLogarithmic" and is_integer:
        message = "is for continuous ranges only; write Auto, Linear or Logarithmic"
        yield Found(each.at("ScalingType"), "range-scale", message)
    elif scale == "ReverseLogarithmic" and ((low is not None and low < 0) or (high is not None and high >= 1)):
        message = "is for ranges from 0 to below 1; write such a range, or another scale"
        yield Found(each.at("ScalingType"), "range-scale", message)


def _combinations(given: Fields, config: Fields) -> Iterator[Found]:
    strategy = config.text("Strategy")
    limits = config.object("ResourceLimits")
    wanted = limits.number("MaxNumberOfTrainingJobs")
    where = limits.at("MaxNumberOfTrainingJobs")
    continuous, integers = given.objects("ContinuousParameterRanges"), given.objects("IntegerParameterRanges")
    if strategy == "Grid":
        for each in (*integers, *continuous):
            message = f"{each.text('Name')!r} is a range of numbers; Grid takes categories only: write them"
            yield Found(each.path, "grid", message)
    if wanted is None or continuous or given.has("AutoParameters") or not all(map(given.is_whole, _KINDS)):
        return
    sizes = [_size(each) for each in integers] + [_categories(each) for each in _categorical(given)]
    if None in sizes or not sizes:
        return
    combinations = math.prod(size for size in sizes if size is not None)
    if strategy == "Grid" and not integers and wanted != combinations:
        message = f"is {wanted}, and there are {combinations} combinations; write {combinations}, or take it out"
        yield Found(where, "grid", message)
    elif strategy != "Grid" and wanted > combinations:
        # https://github.com/aws/amazon-sagemaker-operator-for-k8s/issues/123
        message = f"is {wanted}, and the ranges have {combinations} combinations only; write at most {combinations}"
        words = (
            "You don't have enough combinations of hyperparameter ranges. The total number of hyperparameter "
            f"combinations for the provided ranges [{combinations}.0] must be equal or greater than the value of "
            f"MaxNumberOfJobs, [{wanted}]. Provide additional ranges."
        )
        yield Found(where, "tuning-combinations", message, words=words)


def _categorical(given: Fields) -> list[Fields]:
    return given.objects("CategoricalParameterRanges")


def _categories(each: Fields) -> int | None:
    """Number of categories; None where one is known only later, or stands twice, which is said already."""
    values = each.value.get("Values")
    if not isinstance(values, list | tuple) or not each.is_whole("Values"):
        return None
    return len(values) if len({str(value) for value in values}) == len(values) else None


def _size(each: Fields) -> int | None:
    low, high = (_number(each.text(name) or "", True) for name in ("MinValue", "MaxValue"))
    return None if low is None or high is None or high < low else int(high - low) + 1


def _number(text: str, is_integer: bool) -> float | None:
    if is_integer:
        return int(text) if _INTEGER.fullmatch(text) else None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None

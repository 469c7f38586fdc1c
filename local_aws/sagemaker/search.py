"""How a tuning job chooses the hyperparameters of its next trial.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
"""

from __future__ import annotations

import itertools
import math
import random
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from local_aws.base.errors import NotSupportedLocallyError

# Ranges over more than two orders of magnitude are searched by their logarithm when the scale is left to us.
_AUTO_LOGARITHMIC_RATIO = 100.0
_LARGEST_STARTUP = 10


class RangeError(Exception):
    """A range that SageMaker would refuse; the text says why."""


@dataclass(frozen=True)
class Dimension:
    """A hyperparameter that is tuned.

    Args:
        name: Its name.
        value: Turns a number from 0 to 1 into a value as the algorithm gets it; None for a categorical one.
        values: Every value of a categorical one.
    """

    name: str
    value: Callable[[float], str] | None = None
    values: tuple[str, ...] = ()


class Search(Protocol):
    """A strategy; used by one thread."""

    def ask(self) -> tuple[Any, dict[str, str]] | None:
        """A key and the hyperparameters of the next trial; None when there is nothing left to try."""

    def tell(self, key: Any, value: float | None) -> None:
        """The objective of a trial that has ended; None when it has none."""


def dimensions(ranges: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Dimension]:
    """Reads ``ParameterRanges``.

    Raises:
        RangeError: A range is empty, or does not fit its scale.
    """
    found = [
        *(_numeric(each, is_integer=True) for each in ranges.get("IntegerParameterRanges", [])),
        *(_numeric(each, is_integer=False) for each in ranges.get("ContinuousParameterRanges", [])),
        *(
            Dimension(each["Name"], values=tuple(each["Values"]))
            for each in ranges.get("CategoricalParameterRanges", [])
        ),
    ]
    names = [each.name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise RangeError(f"The hyperparameter {name} has more than one range.")
    if not found:
        raise RangeError("At least one hyperparameter range is needed.")
    return found


def create(config: Mapping[str, Any], found: Sequence[Dimension]) -> Search:
    """The strategy of ``HyperParameterTuningJobConfig``.

    Raises:
        NotSupportedLocallyError: Hyperband, or Bayesian without the package optuna.
        RangeError: Grid with a range that is not categorical, or with another number of jobs than combinations.
    """
    strategy, seed = config["Strategy"], config.get("RandomSeed")
    limit = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    if strategy == "Random":
        return _RandomSearch(found, seed)
    if strategy == "Grid":
        return _GridSearch(found, limit)
    if strategy == "Bayesian":
        maximize = config["HyperParameterTuningJobObjective"]["Type"] == "Maximize"
        return _BayesianSearch(found, seed, maximize=maximize, limit=limit or 4 * _LARGEST_STARTUP)
    raise NotSupportedLocallyError(
        f"CreateHyperParameterTuningJob: HyperParameterTuningJobConfig.Strategy = {strategy} is not supported by the "
        f"local AWS"
    )


class _RandomSearch:
    def __init__(self, found: Sequence[Dimension], seed: int | None) -> None:
        self._dimensions = found
        self._random = random.Random(seed)

    def ask(self) -> tuple[Any, dict[str, str]]:
        drawn = {
            each.name: each.value(self._random.random()) if each.value else self._random.choice(each.values)
            for each in self._dimensions
        }
        return None, drawn

    def tell(self, key: Any, value: float | None) -> None:
        """Random draws do not depend on results."""


class _GridSearch:
    def __init__(self, found: Sequence[Dimension], limit: int | None) -> None:
        for each in found:
            if each.value:
                raise RangeError(f"Grid search only supports categorical parameters; {each.name} is none.")
        combinations = math.prod(len(each.values) for each in found)
        if limit is not None and limit != combinations:
            raise RangeError(
                f"MaxNumberOfTrainingJobs must be {combinations}, the number of combinations, or be left out for Grid."
            )
        self._names = [each.name for each in found]
        self._left = itertools.product(*(each.values for each in found))

    def ask(self) -> tuple[Any, dict[str, str]] | None:
        values = next(self._left, None)
        return None if values is None else (None, dict(zip(self._names, values, strict=True)))

    def tell(self, key: Any, value: float | None) -> None:
        """A grid does not depend on results."""


class _BayesianSearch:
    """Tree-structured Parzen estimator; AWS does not publish its own model."""

    def __init__(self, found: Sequence[Dimension], seed: int | None, *, maximize: bool, limit: int) -> None:
        try:
            import optuna
        except ModuleNotFoundError:
            raise NotSupportedLocallyError(
                "CreateHyperParameterTuningJob: HyperParameterTuningJobConfig.Strategy = Bayesian needs the package "
                "optuna; install it, or write Random"
            ) from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        startup = max(2, min(_LARGEST_STARTUP, limit // 4))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the option for parallel trials is marked experimental
            sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=startup, constant_liar=True)
        self._failed = optuna.trial.TrialState.FAIL
        self._study = optuna.create_study(direction="maximize" if maximize else "minimize", sampler=sampler)
        self._dimensions = found

    def ask(self) -> tuple[Any, dict[str, str]]:
        trial = self._study.ask()
        drawn = {}
        for each in self._dimensions:
            if each.value:
                drawn[each.name] = each.value(trial.suggest_float(each.name, 0.0, 1.0))
            else:
                drawn[each.name] = str(trial.suggest_categorical(each.name, each.values))
        return trial, drawn

    def tell(self, key: Any, value: float | None) -> None:
        if value is None:
            self._study.tell(key, state=self._failed)
        else:
            self._study.tell(key, value)


def _numeric(given: Mapping[str, Any], *, is_integer: bool) -> Dimension:
    name, scale = given["Name"], given.get("ScalingType", "Auto")
    try:
        low, high = float(given["MinValue"]), float(given["MaxValue"])
        if is_integer:
            low, high = float(int(given["MinValue"])), float(int(given["MaxValue"]))
    except ValueError:
        raise RangeError(f"The range of {name} is not numeric: {given['MinValue']} to {given['MaxValue']}.") from None
    if not low <= high:
        raise RangeError(f"The MinValue of {name} is above its MaxValue.")
    if scale == "Auto":
        wide = low > 0 and high / low >= _AUTO_LOGARITHMIC_RATIO
        scale = "Logarithmic" if wide else "Linear"
    if scale == "Logarithmic" and low <= 0:
        raise RangeError(f"Logarithmic scaling of {name} needs a MinValue above 0.")
    if scale == "ReverseLogarithmic" and (is_integer or low < 0 or high >= 1):
        raise RangeError(f"ReverseLogarithmic scaling of {name} needs a continuous range from 0 to below 1.")
    # The last integer gets as much room as the others.
    at = _scaled(scale, low, high + 1 if is_integer else high)
    if is_integer:
        return Dimension(name, lambda u: str(min(int(high), math.floor(at(u)))))
    return Dimension(name, lambda u: repr(min(high, max(low, at(u)))))


def _scaled(scale: str, low: float, high: float) -> Callable[[float], float]:
    if scale == "Logarithmic":
        return lambda u: math.exp(math.log(low) + u * (math.log(high) - math.log(low)))
    if scale == "ReverseLogarithmic":
        start, end = math.log(1 - low), math.log(1 - high)
        return lambda u: 1 - math.exp(start + u * (end - start))
    return lambda u: low + u * (high - low)

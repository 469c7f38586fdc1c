"""Strategies choose hyperparameters within their ranges, on the scale that was asked for."""

from __future__ import annotations

import statistics
import sys
from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker import search


def draw(number: int, *, integer: bool = False, **changes: str) -> list[float]:
    kind = "IntegerParameterRanges" if integer else "ContinuousParameterRanges"
    found = search.dimensions({kind: [{"Name": "x", "MinValue": "0.001", "MaxValue": "1000", **changes}]})
    strategy = search.create({"Strategy": "Random", "RandomSeed": 1, "ResourceLimits": {}}, found)
    asked = [strategy.ask() for _ in range(number)]
    return [float(each[1]["x"]) for each in asked if each]


def test_linear_scaling_is_uniform_over_the_values() -> None:
    drawn = draw(2000, ScalingType="Linear")
    assert min(drawn) >= 0.001
    assert max(drawn) <= 1000
    assert statistics.median(drawn) == pytest.approx(500, rel=0.1)


@pytest.mark.parametrize("scale", ["Logarithmic", "Auto"])
def test_logarithmic_scaling_is_uniform_over_the_orders_of_magnitude(scale: str) -> None:
    assert 0.5 < statistics.median(draw(2000, ScalingType=scale)) < 2


def test_auto_scaling_of_a_narrow_range_is_linear() -> None:
    assert statistics.median(draw(2000, MinValue="1", MaxValue="50")) == pytest.approx(25, rel=0.1)


def test_reverse_logarithmic_scaling_favours_values_near_one() -> None:
    drawn = draw(2000, MinValue="0.5", MaxValue="0.9999", ScalingType="ReverseLogarithmic")
    assert all(0.5 <= each <= 0.9999 for each in drawn)
    assert statistics.median(drawn) > 0.98


@pytest.mark.parametrize("scale", ["Linear", "Logarithmic"])
def test_integers_reach_both_ends_of_their_range(scale: str) -> None:
    drawn = draw(400, integer=True, MinValue="1", MaxValue="4", ScalingType=scale)
    assert set(drawn) == {1, 2, 3, 4}


def test_integers_are_written_without_a_fraction() -> None:
    [found] = search.dimensions({"IntegerParameterRanges": [{"Name": "x", "MinValue": "2", "MaxValue": "2"}]})
    assert found.value is not None
    assert found.value(1.0) == "2"


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ({}, "At least one"),
        ({"IntegerParameterRanges": [{"Name": "x", "MinValue": "3", "MaxValue": "2"}]}, "MinValue of x is above"),
        ({"IntegerParameterRanges": [{"Name": "x", "MinValue": "0.5", "MaxValue": "2"}]}, "range of x is not numeric"),
        (
            {
                "ContinuousParameterRanges": [
                    {"Name": "x", "MinValue": "0", "MaxValue": "2", "ScalingType": "Logarithmic"}
                ]
            },
            "Logarithmic scaling of x needs a MinValue above 0",
        ),
        (
            {
                "ContinuousParameterRanges": [
                    {"Name": "x", "MinValue": "0", "MaxValue": "1", "ScalingType": "ReverseLogarithmic"}
                ]
            },
            "ReverseLogarithmic scaling of x",
        ),
        (
            {"CategoricalParameterRanges": [{"Name": "x", "Values": ["1"]}, {"Name": "x", "Values": ["2"]}]},
            "x has more than one range",
        ),
    ],
)
def test_an_impossible_range_is_refused(ranges: dict[str, Any], message: str) -> None:
    with pytest.raises(search.RangeError, match=message):
        search.dimensions(ranges)


def grid(limit: int | None, **ranges: Any) -> search.Search:
    limits = {} if limit is None else {"MaxNumberOfTrainingJobs": limit}
    return search.create({"Strategy": "Grid", "ResourceLimits": limits}, search.dimensions(ranges))


def test_grid_takes_categorical_ranges_and_all_combinations_only() -> None:
    values = [{"Name": "x", "Values": ["a", "b"]}, {"Name": "y", "Values": ["1", "2", "3"]}]
    strategy = grid(6, CategoricalParameterRanges=values)
    asked = [strategy.ask() for _ in range(7)]
    assert asked[6] is None
    assert len({tuple(each[1].values()) for each in asked[:6] if each}) == 6
    with pytest.raises(search.RangeError, match="MaxNumberOfTrainingJobs must be 6"):
        grid(5, CategoricalParameterRanges=values)
    with pytest.raises(search.RangeError, match="only supports categorical"):
        grid(None, IntegerParameterRanges=[{"Name": "x", "MinValue": "1", "MaxValue": "2"}])


def bayesian(kind: str) -> search.Search:
    config = {
        "Strategy": "Bayesian",
        "RandomSeed": 3,
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 40},
        "HyperParameterTuningJobObjective": {"Type": kind},
    }
    ranges = {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1", "ScalingType": "Linear"}]}
    return search.create(config, search.dimensions(ranges))


@pytest.mark.parametrize(("kind", "sign"), [("Minimize", 1), ("Maximize", -1)])
def test_bayesian_search_learns_from_the_results(kind: str, sign: int) -> None:
    strategy = bayesian(kind)
    tried = []
    for _ in range(40):
        asked = strategy.ask()
        assert asked is not None
        tried.append(float(asked[1]["x"]))
        strategy.tell(asked[0], sign * abs(tried[-1] - 0.7))
    # Uniform draws are 0.29 away from 0.7 on average.
    assert statistics.mean(abs(each - 0.7) for each in tried[20:]) < 0.29 / 2


def test_bayesian_search_goes_on_after_a_failed_trial() -> None:
    strategy = bayesian("Minimize")
    for _ in range(15):
        asked = strategy.ask()
        assert asked is not None
        strategy.tell(asked[0], None)


def test_bayesian_search_without_its_package_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(
        NotSupportedLocallyError, match="Bayesian needs the package optuna; install it, or write Random"
    ):
        bayesian("Minimize")

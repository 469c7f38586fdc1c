"""Which constraints of a baseline a data set violates: the same data none, shifted data the one of its column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

HEADERLESS = {"csv": {"header": False}}


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(header=False, index=False)


def _kinds(run: Any) -> dict[str, str]:
    return {each["feature_name"]: each["constraint_check_type"] for each in run.violations}


def test_the_same_real_data_violates_nothing(monitor: Callable[..., Any], breast_cancer: pd.DataFrame) -> None:
    baseline = monitor(_csv(breast_cancer), format=HEADERLESS)
    run = monitor(_csv(breast_cancer), baseline=baseline, format=HEADERLESS)
    assert run.violation_count == 0
    assert run.constraint_violations == {"violations": []}


def test_a_shifted_column_of_real_data_is_found_and_no_other(
    monitor: Callable[..., Any], breast_cancer: pd.DataFrame
) -> None:
    baseline = monitor(_csv(breast_cancer), format=HEADERLESS)
    shifted = breast_cancer.copy()
    shifted[3] += shifted[3].std()
    run = monitor(_csv(shifted), baseline=baseline, format=HEADERLESS)
    assert _kinds(run) == {"_c3": "baseline_drift_check"}
    assert run.violations[0]["description"].endswith("exceeds threshold: 0.1")


def test_two_halves_of_real_data_do_not_drift(monitor: Callable[..., Any], breast_cancer: pd.DataFrame) -> None:
    mixed = breast_cancer.sample(frac=1, random_state=1)
    baseline = monitor(_csv(mixed[::2]), format=HEADERLESS)
    run = monitor(_csv(mixed[1::2]), baseline=baseline, format=HEADERLESS)
    assert "baseline_drift_check" not in _kinds(run).values()


def test_drift_is_the_distance_of_kolmogorov_and_smirnov(
    monitor: Callable[..., Any], breast_cancer: pd.DataFrame
) -> None:
    from scipy.stats import ks_2samp

    first, second = breast_cancer[[1]], breast_cancer[[1]] * 1.3
    baseline = monitor(_csv(first), format=HEADERLESS)
    _change(baseline, "constraints", ["monitoring_config", "distribution_constraints", "comparison_method"], "Simple")
    [found] = monitor(_csv(second), baseline=baseline, format=HEADERLESS).violations
    distance = float(found["description"].split()[3])
    assert distance == pytest.approx(ks_2samp(first[1], second[1]).statistic, abs=1e-9)


def test_robust_takes_off_what_small_samples_differ_by(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a\n" + "\n".join(map(str, range(50))))
    other = "a\n" + "\n".join(map(str, range(10, 60)))
    assert monitor(other, baseline=baseline).violations == []
    _change(baseline, "constraints", ["monitoring_config", "distribution_constraints", "comparison_method"], "Simple")
    assert _kinds(monitor(other, baseline=baseline)) == {"a": "baseline_drift_check"}


def test_a_shift_is_found_through_the_sketch_of_a_long_column(monitor: Callable[..., Any]) -> None:
    values = np.random.default_rng(0).normal(size=20_000)
    baseline = monitor("a\n" + "\n".join(map(str, values)))
    assert monitor("a\n" + "\n".join(map(str, values)), baseline=baseline).violations == []
    assert _kinds(monitor("a\n" + "\n".join(map(str, values + 0.5)), baseline=baseline)) == {
        "a": "baseline_drift_check"
    }


def test_the_share_of_the_expected_type(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a\n1\n2\n3\n4\n")
    [found] = monitor("a\n1\n2\n3\n4.5\n", baseline=baseline).violations
    assert found == {
        "feature_name": "a",
        "constraint_check_type": "data_type_check",
        "description": "Data type match requirement is not met. Expected data type: Integral, Expected match: 100.0%. "
        "Observed: Only 75.0% of data is Integral.",
    }
    _change(baseline, "constraints", ["monitoring_config", "datatype_check_threshold"], 0.7)
    assert monitor("a\n1\n2\n3\n4.5\n", baseline=baseline).violations == []


def test_integers_are_fractions_too(monitor: Callable[..., Any]) -> None:
    assert monitor("a\n1\n2\n", baseline=monitor("a\n1.5\n2.5\n")).violations == []


def test_missing_values(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a,b\n1,1\n2,1\n")
    assert _kinds(monitor("a,b\n1,1\n,1\n", baseline=baseline)) == {"a": "completeness_check"}


def test_missing_and_extra_columns(monitor: Callable[..., Any]) -> None:
    two, three = monitor("a,b\n1,1\n"), monitor("a,b,c\n1,1,1\n")
    assert _kinds(monitor("a,b\n1,1\n", baseline=three)) == {"Missing columns": "missing_column_check"}
    assert _kinds(monitor("a,b,c\n1,1,1\n", baseline=two)) == {"Extra columns": "extra_column_check"}


def test_values_outside_the_domain(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a\nred\nblue\n")
    assert _kinds(monitor("a\nred\ngreen\n", baseline=baseline)) == {"a": "categorical_values_check"}
    _change(baseline, "constraints", ["monitoring_config", "domain_content_threshold"], 0.5)
    assert monitor("a\nred\ngreen\n", baseline=baseline).violations == []


def test_categories_drift_too(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a\n" + "red\nblue\n" * 500)
    assert monitor("a\n" + "blue\nred\n" * 500, baseline=baseline).violations == []
    assert _kinds(monitor("a\n" + "red\nred\nred\nblue\n" * 250, baseline=baseline)) == {"a": "baseline_drift_check"}


def test_nothing_is_evaluated_where_the_baseline_says_so(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a\n1\n")
    _change(baseline, "constraints", ["monitoring_config", "evaluate_constraints"], "Disabled")
    assert monitor("a\nx\n", baseline=baseline).violation_count == 0


def test_a_feature_has_settings_of_its_own(monitor: Callable[..., Any]) -> None:
    baseline = monitor("a,b\n1,1\n")
    override = {"datatype_check_threshold": 0.0}
    _change(baseline, "constraints", ["features", 0, "monitoringConfigOverrides"], override)
    assert _kinds(monitor("a,b\nx,x\n", baseline=baseline)) == {"b": "data_type_check"}


def _change(run: Any, document: str, path: list[str | int], value: Any) -> None:
    content = getattr(run, document)
    target = content
    for each in path[:-1]:
        target = target[each]
    target[path[-1]] = value
    (run.folder / f"{document}.json").write_text(json.dumps(content))

"""A metric is violated when it is farther from 0 than in the baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from sagemaker_images.analysis_job import AnalysisError
from sagemaker_images.clarify.violations import violations


def _analysis(value: float | None, facet: str = "f") -> dict[str, Any]:
    group = {"value_or_threshold": facet, "metrics": [{"name": "DPL", "value": value}]}
    return {"pre_training_bias_metrics": {"facets": {"sex": [group]}}}


@pytest.mark.parametrize(
    ("value", "is_violated"), [(0.2, False), (0.1, False), (-0.2, False), (-0.3, True), (0.21, True)]
)
def test_the_documented_rule(value: float, is_violated: bool) -> None:
    assert bool(violations(_analysis(value), _analysis(0.2))) == is_violated


def test_the_documented_form() -> None:
    assert violations(_analysis(-0.3), _analysis(0.2)) == [
        {
            "facet": "sex",
            "facet_value": "f",
            "metric_name": "DPL",
            "constraint_check_type": "bias_drift_check",
            "description": "Value -0.3 does not meet the constraint requirement 0.2",
        }
    ]


def test_intervals_compare_by_their_threshold() -> None:
    [found] = violations(_analysis(0.3, "(40.0, 61.0]"), _analysis(0.2, "(40.0, 59.0]"))
    assert found["facet_value"] == "40.0"


def test_nothing_in_common_is_a_mistake() -> None:
    with pytest.raises(AnalysisError, match="no facet, value and metric in common"):
        violations(_analysis(0.3, "m"), _analysis(0.2, "f"))
    with pytest.raises(AnalysisError, match="no pre_training_bias_metrics; they have features"):
        violations(_analysis(0.3), {"features": []})


def test_real_data_against_itself_and_against_a_shift(clarify: Callable[..., Any], breast_cancer: pd.DataFrame) -> None:
    settings = {"headers": None, "label": 0, "facet": [{"name_or_index": 2, "value_or_threshold": [20]}]}
    baseline = clarify(breast_cancer.to_csv(header=False, index=False), **settings)
    same = clarify(breast_cancer.to_csv(header=False, index=False), baseline=baseline, **settings)
    assert same.violation_count == 0
    assert same.violations == []
    shifted = breast_cancer.copy()
    shifted[2] += shifted[2].std()
    run = clarify(shifted.to_csv(header=False, index=False), baseline=baseline, **settings)
    # More of the rows lie above the threshold; the metric of that is CI.
    assert "CI" in {each["metric_name"] for each in run.violations}

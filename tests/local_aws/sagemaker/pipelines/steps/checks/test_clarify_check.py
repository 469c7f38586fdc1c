"""ClarifyCheck steps of data bias run their job and check bias drift; those that need a model are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from local_aws.sagemaker.pipelines.steps import EXECUTORS, clarify_check
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun

from .conftest import Checks

CONFIG: dict[str, Any] = {
    "dataset_type": "text/csv",
    "label": 0,
    "label_values_or_threshold": [1],
    "facet": [{"name_or_index": 3, "value_or_threshold": [100]}],
    "methods": {"report": {"name": "report"}, "pre_training_bias": {"methods": "all"}},
}
FIRST_RUN = {"SkipCheck": True, "RegisterNewBaseline": True}


def _run(step: StepRun) -> dict[str, Any]:
    return dict(EXECUTORS["ClarifyCheck"](step))


@pytest.fixture
def first(checks: Checks, breast_cancer: pd.DataFrame) -> dict[str, str]:
    arguments = checks.bias_arguments(checks.put_frame("train/data.csv", breast_cancer), CONFIG)
    return _run(checks.step("ClarifyCheck", "DATA_BIAS", arguments, **FIRST_RUN))


def test_a_first_run_measures_the_bias(checks: Checks, first: dict[str, str], breast_cancer: pd.DataFrame) -> None:
    assert sorted(first) == ["BaselineUsedForDriftCheckConstraints", "CalculatedBaselineConstraints"]
    assert first["CalculatedBaselineConstraints"].endswith("/analysis.json")
    bias = checks.read(first["CalculatedBaselineConstraints"])["pre_training_bias_metrics"]
    [group] = bias["facets"]["column_3"]
    values = {each["name"]: each["value"] for each in group["metrics"]}
    above = breast_cancer[3] > 100
    assert values["CI"] == pytest.approx((~above).mean() - above.mean())
    assert values["DPL"] == pytest.approx(breast_cancer[0][~above].mean() - breast_cancer[0][above].mean())


def test_the_same_data_passes_and_shifted_data_fails(
    checks: Checks, first: dict[str, str], breast_cancer: pd.DataFrame
) -> None:
    supplied = {"SuppliedBaselineConstraints": first["CalculatedBaselineConstraints"]}
    same = checks.bias_arguments(checks.put_frame("same/data.csv", breast_cancer), CONFIG)
    properties = _run(checks.step("ClarifyCheck", "DATA_BIAS", same, **supplied))
    assert properties["BaselineUsedForDriftCheckConstraints"] == first["CalculatedBaselineConstraints"]
    # With the column moved down, few rows are left above the threshold: the classes are less balanced.
    moved = breast_cancer.copy()
    moved[3] = breast_cancer[3] - breast_cancer[3].std()
    arguments = checks.bias_arguments(checks.put_frame("moved/data.csv", moved), CONFIG)
    step = checks.step("ClarifyCheck", "DATA_BIAS", arguments, **supplied)
    with pytest.raises(StepFailedError, match="ClarifyCheck has found"):
        _run(step)
    report = checks.read(step.metadata["ClarifyCheck"]["ViolationReport"])
    assert {"CI"} <= {each["metric_name"] for each in report["violations"]}
    assert report["violations"][0]["facet_value"] == "100.0"


def test_the_constraints_of_the_latest_approved_version_hold(
    checks: Checks, first: dict[str, str], breast_cancer: pd.DataFrame, approve: Callable[..., str]
) -> None:
    constraints = {"ContentType": "application/json", "S3Uri": first["CalculatedBaselineConstraints"]}
    group = approve({"Bias": {"PreTrainingConstraints": constraints}})
    arguments = checks.bias_arguments(checks.put_frame("same/data.csv", breast_cancer), CONFIG)
    step = checks.step("ClarifyCheck", "DATA_BIAS", arguments, ModelPackageGroupName=group)
    assert _run(step)["BaselineUsedForDriftCheckConstraints"] == first["CalculatedBaselineConstraints"]


@pytest.mark.parametrize("check_type", ["MODEL_BIAS", "MODEL_EXPLAINABILITY"])
def test_what_needs_a_model_is_refused_by_name(checks: Checks, check_type: str) -> None:
    step = checks.step("ClarifyCheck", check_type, {}, ModelName="m")
    assert clarify_check.refusal(step.step) is not None
    with pytest.raises(StepFailedError, match=f"CheckType {check_type} needs a shadow endpoint"):
        _run(step)

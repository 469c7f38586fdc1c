"""Metrics of predictions: AWS's documented examples, scikit-learn as a second opinion, constraints and violations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from sagemaker_images.analysis_job import AnalysisError

NAMES = {"inference_attribute": "prediction", "ground_truth_attribute": "label", "analysis_type": "MODEL_QUALITY"}
REGRESSION = {**NAMES, "problem_type": "Regression"}
BINARY = {**NAMES, "problem_type": "BinaryClassification"}
MULTICLASS = {**NAMES, "problem_type": "MulticlassClassification"}


def _csv(label: Any, prediction: Any, probability: Any = None) -> str:
    if probability is None:
        return "label,prediction\n" + "".join(f"{a},{b}\n" for a, b in zip(label, prediction, strict=True))
    rows = zip(label, prediction, probability, strict=True)
    return "label,prediction,probability\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)


def _values(section: dict[str, Any]) -> dict[str, float]:
    return {name: each["value"] for name, each in section.items() if "value" in each}


def test_the_documented_binary_example(monitor: Callable[..., Any]) -> None:
    found = monitor(_csv([0, 0, 0, 1], [0, 1, 1, 1]), **BINARY).statistics["binary_classification_metrics"]
    assert found["confusion_matrix"] == {"0": {"0": 1, "1": 2}, "1": {"0": 0, "1": 1}}
    assert found["recall"] == {"value": 1.0, "standard_deviation": "NaN"}
    assert _values(found) == pytest.approx(
        {
            "recall": 1.0,
            "precision": 1 / 3,
            "accuracy": 0.5,
            "recall_best_constant_classifier": 1.0,
            "precision_best_constant_classifier": 0.25,
            "accuracy_best_constant_classifier": 0.25,
            "true_positive_rate": 1.0,
            "true_negative_rate": 1 / 3,
            "false_positive_rate": 2 / 3,
            "false_negative_rate": 0.0,
            "f0_5": 0.3846153846153846,
            "f1": 0.5,
            "f2": 0.7142857142857143,
            "f0_5_best_constant_classifier": 0.29411764705882354,
            "f1_best_constant_classifier": 0.4,
            "f2_best_constant_classifier": 0.625,
        }
    )


def test_the_documented_multiclass_example(monitor: Callable[..., Any]) -> None:
    label = [0] * 1690 + [1] * 406
    prediction = [0] * 1180 + [1] * 510 + [0] * 268 + [1] * 138
    found = monitor(_csv(label, prediction), **MULTICLASS).statistics["multiclass_classification_metrics"]
    assert found["confusion_matrix"] == {"0": {"0": 1180, "1": 510}, "1": {"0": 268, "1": 138}}
    assert _values(found) == pytest.approx(
        {
            "accuracy": 0.6288167938931297,
            "weighted_recall": 0.6288167938931297,
            "weighted_precision": 0.6983172269629505,
            "weighted_f0_5": 0.6803947317178771,
            "weighted_f1": 0.6571162346664904,
            "weighted_f2": 0.6384024354394601,
            "accuracy_best_constant_classifier": 0.19370229007633588,
            "weighted_recall_best_constant_classifier": 0.19370229007633588,
            "weighted_precision_best_constant_classifier": 0.03752057718081697,
            "weighted_f0_5_best_constant_classifier": 0.04473443104152011,
            "weighted_f1_best_constant_classifier": 0.06286421244683643,
            "weighted_f2_best_constant_classifier": 0.10570313141262414,
        }
    )
    # Of the order of the documented 0.0038; the samples are random.
    assert 0.0005 < found["accuracy"]["standard_deviation"] < 0.02


def test_regression_agrees_with_scikit_learn(monitor: Callable[..., Any]) -> None:
    random = np.random.default_rng(0)
    label = random.normal(size=300)
    prediction = label + random.normal(scale=0.3, size=300)
    found = monitor(_csv(label, prediction), **REGRESSION).statistics["regression_metrics"]
    assert _values(found) == pytest.approx(
        {
            "mae": sk.mean_absolute_error(label, prediction),
            "mse": sk.mean_squared_error(label, prediction),
            "rmse": sk.root_mean_squared_error(label, prediction),
            "r2": sk.r2_score(label, prediction),
        }
    )
    assert 0 < found["mae"]["standard_deviation"] < found["mae"]["value"]


def test_probabilities_give_auc_and_curves(monitor: Callable[..., Any]) -> None:
    random = np.random.default_rng(0)
    label = random.integers(0, 2, size=150)
    probability = np.round(np.clip(label * 0.3 + random.uniform(size=150) * 0.7, 0, 1), 2)
    text = _csv(label, (probability > 0.5).astype(int), probability)
    found = monitor(text, probability_attribute="probability", **BINARY).statistics["binary_classification_metrics"]
    assert found["auc"]["value"] == pytest.approx(sk.roc_auc_score(label, probability))
    roc, pr = found["receiver_operating_characteristic_curve"], found["precision_recall_curve"]
    assert sk.auc(roc["false_positive_rates"], roc["true_positive_rates"]) == pytest.approx(found["auc"]["value"])
    precision, recall, _ = sk.precision_recall_curve(label, probability)
    theirs = set(zip(np.round(recall, 9), np.round(precision, 9), strict=True))
    ours = set(zip(np.round(pr["recalls"], 9), np.round(pr["precisions"], 9), strict=True))
    assert ours == theirs


def test_a_probability_alone_predicts_by_its_threshold(monitor: Callable[..., Any]) -> None:
    text = _csv([0, 1, 1], [9, 9, 9], [0.2, 0.6, 0.9])
    settings = {key: value for key, value in BINARY.items() if key != "inference_attribute"}
    run = monitor(text, probability_attribute="probability", probability_threshold_attribute="0.7", **settings)
    matrix = run.statistics["binary_classification_metrics"]["confusion_matrix"]
    assert matrix == {"0": {"0": 1, "1": 0}, "1": {"0": 1, "1": 1}}


def test_constraints_say_which_way_is_worse(monitor: Callable[..., Any]) -> None:
    regression = monitor(_csv([1, 2, 3], [1, 2, 4]), **REGRESSION).constraints["regression_constraints"]
    assert regression["mae"] == {"threshold": pytest.approx(1 / 3), "comparison_operator": "GreaterThanThreshold"}
    assert regression["r2"] == {"threshold": 0.5, "comparison_operator": "LessThanThreshold"}
    binary = monitor(_csv([0, 1], [0, 1]), **BINARY).constraints["binary_classification_constraints"]
    assert {name for name, each in binary.items() if each["comparison_operator"] == "GreaterThanThreshold"} == {
        "false_positive_rate",
        "false_negative_rate",
    }
    assert not any("constant" in each for each in binary)


def test_the_same_predictions_violate_nothing_and_worse_ones_do(monitor: Callable[..., Any]) -> None:
    baseline = monitor(_csv([1, 2, 3], [1, 2, 4]), **REGRESSION)
    assert monitor(_csv([1, 2, 3], [1, 2, 4]), baseline=baseline, **REGRESSION).violations == []
    assert monitor(_csv([1, 2, 3], [1, 2, 3]), baseline=baseline, **REGRESSION).violations == []
    worse = monitor(_csv([1, 2, 3], [1, 2, 5]), baseline=baseline, **REGRESSION).violations
    assert [each["metric_name"] for each in worse] == ["mae", "mse", "rmse", "r2"]
    assert worse[3] == {
        "constraint_check_type": "LessThanThreshold",
        "description": "Metric r2 with -1.0 was LessThanThreshold '0.5'",
        "metric_name": "r2",
    }


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("label,prediction\n1,x\n", REGRESSION, "column 'prediction': row 1 holds 'x', which is no number"),
        ("label,other\n1,2\n", REGRESSION, "there is no column 'prediction'; there are label, other"),
        (
            "label,prediction\n1,2\n",
            BINARY,
            "column 'prediction' holds 2: the labels of BinaryClassification are 0 and 1",
        ),
        ("label,prediction\n1,2\n", {**NAMES, "problem_type": "X"}, "problem_type = X: write one of Regression"),
        ("label,prediction\n1,2\n", {**REGRESSION, "inference_attribute": ""}, "lacks inference_attribute"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    monitor: Callable[..., Any], text: str, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(AnalysisError, match=message):
        monitor(text, **settings)


def test_a_baseline_of_another_kind_is_refused(monitor: Callable[..., Any]) -> None:
    baseline = monitor("label,prediction\n1,2\n")
    with pytest.raises(AnalysisError, match="the baseline constraints have no regression_constraints"):
        monitor(_csv([1, 2], [1, 2]), baseline=baseline, **REGRESSION)

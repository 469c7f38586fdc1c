"""Model quality: predictions against the truth, the constraints that they suggest, and which a baseline finds violated.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-baseline.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sagemaker_images.analysis_job import AnalysisError
from sagemaker_images.model_monitor import metrics
from sagemaker_images.model_monitor.dataset import numbers
from sagemaker_images.model_monitor.metrics import Array, Rows, Scores
from sagemaker_images.model_monitor.settings import ModelQuality
from sagemaker_images.model_monitor.statistics import VERSION

#: With fewer rows AWS gives no standard deviation.
MIN_ROWS_OF_DEVIATION = 200

Score = Callable[[Rows], Scores]

#: Metrics of which less is better; of the others more is.
_LOWER_IS_BETTER = ("mae", "mse", "rmse", "false_positive_rate", "false_negative_rate")
GREATER, LESS = "GreaterThanThreshold", "LessThanThreshold"


@dataclass(frozen=True)
class Evaluation:
    """The metrics of a data set.

    Args:
        prefix: ``regression``, ``binary_classification`` or ``multiclass_classification``.
        scores: Metrics that become constraints.
        reference: Metrics of the constant classifier, for comparison only.
        deviations: Standard deviation of each of them; empty when there are too few rows.
        details: Confusion matrix and curves.
    """

    prefix: str
    scores: Scores
    reference: Scores = field(default_factory=dict)
    deviations: Scores = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def evaluate(frame: pd.DataFrame, settings: ModelQuality) -> Evaluation:
    """The metrics of the predictions in a data set.

    Raises:
        AnalysisError: A column is missing or holds what cannot be compared; names it.
    """
    if settings.problem_type == "Regression":
        return _regression(frame, settings)
    if settings.problem_type == "BinaryClassification":
        return _binary(frame, settings)
    return _multiclass(frame, settings)


def _regression(frame: pd.DataFrame, settings: ModelQuality) -> Evaluation:
    assert settings.inference is not None
    truth, predicted = _array(frame, settings.ground_truth), _array(frame, settings.inference)

    def score(rows: Rows) -> Scores:
        return metrics.regression(truth[rows], predicted[rows])

    return Evaluation("regression", score(slice(None)), deviations=_deviations(score, len(truth)))


def _binary(frame: pd.DataFrame, settings: ModelQuality) -> Evaluation:
    truth = _labels(frame, settings.ground_truth)
    probability = None if settings.probability is None else _array(frame, settings.probability)
    if settings.inference is not None:
        predicted = _labels(frame, settings.inference)
    else:
        assert probability is not None
        predicted = (probability > settings.probability_threshold).astype(float)

    def score(rows: Rows) -> Scores:
        found = metrics.binary(truth[rows], predicted[rows])
        if probability is not None:
            found["auc"] = metrics.auc(truth[rows], probability[rows])
        return found

    def constant(rows: Rows) -> Scores:
        names = ("recall", "precision", "accuracy", *metrics.BETAS)
        found = metrics.binary(truth[rows], np.ones_like(truth[rows]))
        return {f"{name}_best_constant_classifier": found[name] for name in names}

    details: dict[str, Any] = {"confusion_matrix": metrics.confusion_matrix(truth, predicted)}
    if probability is not None:
        details |= metrics.curves(truth, probability)
    return _classification("binary_classification", score, constant, details, len(truth))


def _multiclass(frame: pd.DataFrame, settings: ModelQuality) -> Evaluation:
    assert settings.inference is not None
    truth, predicted, details = _classes(frame, settings.ground_truth, settings.inference)

    def score(rows: Rows) -> Scores:
        return metrics.multiclass(truth[rows], predicted[rows])

    def constant(rows: Rows) -> Scores:
        found = metrics.multiclass(truth[rows], np.full_like(truth[rows], truth.max()))
        return {f"{name}_best_constant_classifier": value for name, value in found.items()}

    return _classification("multiclass_classification", score, constant, details, len(truth))


def _classification(prefix: str, score: Score, constant: Score, details: dict[str, Any], count: int) -> Evaluation:
    deviations = {**_deviations(score, count), **_deviations(constant, count)}
    return Evaluation(prefix, score(slice(None)), constant(slice(None)), deviations, details)


def _deviations(score: Score, count: int) -> Scores:
    return metrics.deviation(score, count) if count >= MIN_ROWS_OF_DEVIATION else {}


def _array(frame: pd.DataFrame, column: str) -> Array:
    return np.asarray(numbers(frame, column), dtype=float)


def _labels(frame: pd.DataFrame, column: str) -> Array:
    found = _array(frame, column)
    others = np.setdiff1d(found, [0.0, 1.0])
    if len(others):
        raise AnalysisError(f"column {column!r} holds {others[0]:g}: the labels of BinaryClassification are 0 and 1")
    return found


def _classes(frame: pd.DataFrame, truth: str, inference: str) -> tuple[Array, Array, dict[str, Any]]:
    """Both columns as numbers of classes, and the confusion matrix with the names of the classes."""
    for column in (truth, inference):
        if column not in frame.columns:
            raise AnalysisError(f"there is no column {column!r}; there are {', '.join(map(str, frame.columns))}")
        if frame[column].isna().any():
            raise AnalysisError(f"column {column!r} has missing values")
    names = np.union1d(frame[truth].astype(str), frame[inference].astype(str))
    codes = [np.searchsorted(names, frame[each].astype(str).to_numpy()).astype(float) for each in (truth, inference)]
    matrix = metrics.confusion_matrix(*codes)
    named = {names[int(i)]: {names[int(j)]: count for j, count in row.items()} for i, row in matrix.items()}
    return codes[0], codes[1], {"confusion_matrix": named}


def statistics(evaluation: Evaluation, item_count: int) -> dict[str, Any]:
    """``statistics.json``; a standard deviation that is not known is NaN."""
    values = {**evaluation.scores, **evaluation.reference}
    found = {
        name: {"value": value, "standard_deviation": evaluation.deviations.get(name, math.nan)}
        for name, value in values.items()
    }
    return {
        "version": VERSION,
        "dataset": {"item_count": item_count},
        f"{evaluation.prefix}_metrics": {**evaluation.details, **found},
    }


def constraints(evaluation: Evaluation) -> dict[str, Any]:
    """``constraints.json``: no metric may be worse than now; a metric without a value constrains nothing."""
    found = {
        name: {"threshold": value, "comparison_operator": GREATER if name in _LOWER_IS_BETTER else LESS}
        for name, value in evaluation.scores.items()
        if not math.isnan(value)
    }
    return {"version": VERSION, f"{evaluation.prefix}_constraints": found}


def violations(evaluation: Evaluation, baseline: Mapping[str, Any]) -> list[dict[str, str]]:
    """The constraints of a baseline that the metrics violate.

    Raises:
        AnalysisError: The baseline is one of another problem type or of data quality.
    """
    section = f"{evaluation.prefix}_constraints"
    if section not in baseline:
        raise AnalysisError(f"the baseline constraints have no {section}; they have {', '.join(baseline)}")
    return [
        each
        for name, rule in baseline[section].items()
        if name in evaluation.scores and (each := _violation(evaluation, name, rule)) is not None
    ]


def _violation(evaluation: Evaluation, name: str, rule: Mapping[str, Any]) -> dict[str, str] | None:
    value, threshold, operator = evaluation.scores[name], float(rule["threshold"]), rule["comparison_operator"]
    if operator not in (GREATER, LESS):
        raise AnalysisError(f"constraint {name}: comparison_operator = {operator}: write {GREATER} or {LESS}")
    if not (value > threshold if operator == GREATER else value < threshold):
        return None
    deviation = evaluation.deviations.get(name)
    shown = f"{value}" if deviation is None else f"{value} +/- {deviation}"
    return {
        "constraint_check_type": operator,
        "description": f"Metric {name} with {shown} was {operator} '{threshold}'",
        "metric_name": name,
    }

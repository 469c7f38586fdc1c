"""Metrics that the image computes itself, as scikit-learn does, beside those of XGBoost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import xgboost as xgb

Vector = np.ndarray[Any, np.dtype[Any]]
#: The signature of XGBoost's ``custom_metric``.
CustomMetric = Callable[[Vector, xgb.DMatrix], list[tuple[str, float]]]

#: Function of scikit-learn and how it averages over classes.
_OF_CLASSES = {
    "accuracy": ("accuracy_score", None),
    "balanced_accuracy": ("balanced_accuracy_score", None),
    "f1": ("f1_score", "macro"),
    "f1_binary": ("f1_score", "binary"),
    "f1_macro": ("f1_score", "macro"),
    "precision": ("precision_score", "binary"),
    "precision_macro": ("precision_score", "macro"),
    "precision_micro": ("precision_score", "micro"),
    "recall": ("recall_score", "binary"),
    "recall_macro": ("recall_score", "macro"),
    "recall_micro": ("recall_score", "micro"),
}
# A line of NumPy each: for the usual metric of a regression, scikit-learn need not be imported.
_OF_VALUES: dict[str, Callable[[Vector, Vector], float]] = {
    "mae": lambda labels, predicted: float(np.mean(np.abs(labels - predicted))),
    "mse": lambda labels, predicted: float(np.mean((labels - predicted) ** 2)),
    "rmse": lambda labels, predicted: float(np.sqrt(np.mean((labels - predicted) ** 2))),
    "r2": lambda labels, predicted: _r2(labels, predicted),
}
NAMES = frozenset([*_OF_VALUES, *_OF_CLASSES])


def split(names: Iterable[str]) -> tuple[list[str], CustomMetric | None]:
    """Divides metrics into those that XGBoost computes and one function for all others.

    Args:
        names: Members of ``eval_metric``.

    Returns:
        Names for XGBoost, and its ``custom_metric``; None when there is nothing for it to compute.
    """
    names = list(names)
    custom = [each for each in names if each in NAMES]
    native = [each for each in names if each not in NAMES]
    return native, _custom_metric(custom) if custom else None


def _custom_metric(names: list[str]) -> CustomMetric:
    def compute(predictions: Vector, data: xgb.DMatrix) -> list[tuple[str, float]]:
        labels = data.get_label()
        return [(each, _value(each, labels, predictions)) for each in names]

    return compute


def _value(name: str, labels: Vector, predictions: Vector) -> float:
    if name in _OF_VALUES:
        if labels.shape != predictions.shape:
            raise ValueError(f"Metric '{name}' needs one prediction a row, not {predictions.shape[1:]}")
        return _OF_VALUES[name](labels.astype(np.float64), predictions.astype(np.float64))
    if not predictions.size:
        return 0.0
    from sklearn import metrics

    function, average = _OF_CLASSES[name]
    options = {"average": average} if average else {}
    return float(getattr(metrics, function)(labels, _classes(predictions), **options))


def _r2(labels: Vector, predicted: Vector) -> float:
    if labels.size < 2:
        return float("nan")
    residual, total = float(np.sum((labels - predicted) ** 2)), float(np.sum((labels - labels.mean()) ** 2))
    if total == 0.0:
        return float(residual == 0.0)
    return 1.0 - residual / total


def _classes(predictions: Vector) -> Vector:
    if predictions.ndim > 1:
        best: Vector = np.argmax(predictions, axis=-1)
        return best
    # The image compares with 0, the boundary of a log-odds value, also where XGBoost hands over a probability.
    return (predictions > 0.0).astype(int)

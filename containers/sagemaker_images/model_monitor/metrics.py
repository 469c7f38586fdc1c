"""The metrics of model quality by their definitions; a quotient with denominator 0 is 0.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Scores = dict[str, float]
Rows = NDArray[np.int64] | slice

BETAS = {"f0_5": 0.5, "f1": 1.0, "f2": 2.0}
CURVE_POINTS = 1000


def regression(truth: Array, predicted: Array) -> Scores:
    """Mean absolute and squared error, its root, and the coefficient of determination (NaN for a constant truth)."""
    error = predicted - truth
    mse = float((error**2).mean())
    spread = float(((truth - truth.mean()) ** 2).sum())
    r2 = 1 - float((error**2).sum()) / spread if spread else math.nan
    return {"mae": float(np.abs(error).mean()), "mse": mse, "rmse": math.sqrt(mse), "r2": r2}


def binary(truth: Array, predicted: Array) -> Scores:
    """Recall, precision, accuracy, the four rates and the F measures; class 1 is the positive one."""
    positive, said = truth == 1, predicted == 1
    true_positives = float((positive & said).sum())
    true_negatives = float((~positive & ~said).sum())
    recall = _divide(true_positives, float(positive.sum()))
    precision = _divide(true_positives, float(said.sum()))
    specificity = _divide(true_negatives, float((~positive).sum()))
    return {
        "recall": recall,
        "precision": precision,
        "accuracy": (true_positives + true_negatives) / len(truth),
        "true_positive_rate": recall,
        "true_negative_rate": specificity,
        "false_positive_rate": 1 - specificity if (~positive).any() else 0.0,
        "false_negative_rate": 1 - recall if positive.any() else 0.0,
        **{name: f_beta(precision, recall, beta) for name, beta in BETAS.items()},
    }


def multiclass(truth: Array, predicted: Array) -> Scores:
    """Accuracy, and recall, precision and F measures of each class weighted by its share of the truth."""
    scores = {"accuracy": float((truth == predicted).mean()), "weighted_recall": 0.0, "weighted_precision": 0.0}
    scores |= {f"weighted_{name}": 0.0 for name in BETAS}
    for each in np.unique(truth):
        share = float((truth == each).mean())
        hits = float(((truth == each) & (predicted == each)).sum())
        recall, precision = hits / float((truth == each).sum()), _divide(hits, float((predicted == each).sum()))
        scores["weighted_recall"] += share * recall
        scores["weighted_precision"] += share * precision
        for name, beta in BETAS.items():
            scores[f"weighted_{name}"] += share * f_beta(precision, recall, beta)
    return scores


def f_beta(precision: float, recall: float, beta: float) -> float:
    """The F measure: recall counts ``beta`` times as much as precision."""
    return _divide((1 + beta**2) * precision * recall, beta**2 * precision + recall)


def confusion_matrix(truth: Array, predicted: Array) -> dict[str, dict[str, int]]:
    """Rows are the truth, columns the predictions."""
    labels = np.union1d(truth, predicted)
    return {
        label_text(row): {label_text(column): int(((truth == row) & (predicted == column)).sum()) for column in labels}
        for row in labels
    }


def label_text(label: float) -> str:
    """``1`` for 1.0, ``0.5`` for 0.5."""
    return str(int(label)) if float(label).is_integer() else str(label)


def auc(truth: Array, probability: Array) -> float:
    """Area under the ROC curve, by ranks; NaN when there is one class only."""
    positive = truth == 1
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        return math.nan
    _, inverse, counts = np.unique(probability, return_inverse=True, return_counts=True)
    # Equal probabilities share the mean of their ranks.
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * others))


def curves(truth: Array, probability: Array) -> dict[str, dict[str, list[float]]]:
    """ROC and precision-recall curve over the thresholds, at most :data:`CURVE_POINTS` of them."""
    order = np.argsort(-probability, kind="stable")
    positive = (truth == 1)[order]
    ends = np.flatnonzero(np.diff(probability[order], append=np.inf))
    if len(ends) > CURVE_POINTS:
        ends = ends[np.linspace(0, len(ends) - 1, CURVE_POINTS).astype(int)]
    true_positives, said = np.cumsum(positive)[ends], ends + 1
    recalls = _shares(true_positives, int(positive.sum()))
    false_rates = _shares(said - true_positives, int((~positive).sum()))
    precisions = [float(each) for each in true_positives / said]
    return {
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": [0.0, *false_rates, 1.0],
            "true_positive_rates": [0.0, *recalls, 1.0],
        },
        "precision_recall_curve": {"precisions": [1.0, *precisions], "recalls": [0.0, *recalls]},
    }


def deviation(score: Callable[[Rows], Scores], count: int) -> Scores:
    """Standard deviation of each score over five random samples of 80% of the rows; the same in every run."""
    random = np.random.default_rng(0)
    samples = [score(random.permutation(count)[: int(count * 0.8)]) for _ in range(5)]
    return {name: float(np.std([each[name] for each in samples], ddof=1)) for name in samples[0]}


def _divide(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else 0.0


def _shares(counts: NDArray[np.int64], total: int) -> list[float]:
    return [_divide(float(each), total) for each in counts]

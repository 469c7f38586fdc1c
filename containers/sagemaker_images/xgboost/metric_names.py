"""Names of the metrics that ``eval_metric`` may hold.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html
"""

from __future__ import annotations

from typing import Any

from sagemaker_images.xgboost.errors import UserError

MAXIMIZED = (
    "accuracy",
    "auc",
    "aucpr",
    "balanced_accuracy",
    "f1",
    "f1_binary",
    "f1_macro",
    "map",
    "ndcg",
    "precision",
    "r2",
    "recall",
    "precision_macro",
    "precision_micro",
    "recall_macro",
    "recall_micro",
)
MINIMIZED = (
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "interval-regression-accuracy",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "poisson-nloglik",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
)
_WITH_THRESHOLD = ("error", "ndcg", "map")


class EvalMetrics:
    """The names above, and ``error``, ``ndcg`` and ``map`` with a threshold, as in ``error@0.3``."""

    def __str__(self) -> str:
        return str([*MAXIMIZED, *MINIMIZED])

    def __contains__(self, metric: Any) -> bool:
        """Whether the image has the metric; a UserError says what is wrong with a threshold."""
        if "@" not in metric:
            return metric in MAXIMIZED or metric in MINIMIZED
        name, threshold = (each.strip() for each in metric.split("@")[:2])
        if name not in _WITH_THRESHOLD:
            raise UserError(
                f"Metric '{metric}' is not supported. Parameter 'eval_metric' with customized threshold should "
                "be one of these options: 'error', 'ndcg', 'map'."
            )
        try:
            float(threshold)
        except ValueError as error:
            raise UserError(f"Threshold value 't' in '{name}@t' expects float input.") from error
        return True

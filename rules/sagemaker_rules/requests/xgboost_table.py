"""Hyperparameters and metrics of the built-in XGBoost, as its container validates them.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html and, for ranges and combinations,
https://github.com/aws/sagemaker-xgboost-container (algorithm_mode/hyperparameter_validation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Objectives of any version.
OBJECTIVES: Final = (
    # Stands among the image's objectives although it is none; XGBoost itself refuses it.
    "aft_loss_distribution",
    *("binary:logistic", "binary:logitraw", "binary:hinge", "count:poisson", "multi:softmax", "multi:softprob"),
    *("rank:pairwise", "rank:ndcg", "rank:map", "reg:linear", "reg:squarederror", "reg:logistic", "reg:gamma"),
    *("reg:pseudohubererror", "reg:squaredlogerror", "reg:absoluteerror", "reg:tweedie", "survival:aft"),
    "survival:cox",
)
#: Metrics of which more is better.
MAXIMIZED: Final = (
    *("accuracy", "auc", "aucpr", "balanced_accuracy", "f1", "f1_binary", "f1_macro", "map", "ndcg", "precision"),
    *("r2", "recall", "precision_macro", "precision_micro", "recall_macro", "recall_micro"),
)
#: Metrics of which less is better.
MINIMIZED: Final = (
    *("aft-nloglik", "cox-nloglik", "error", "gamma-deviance", "gamma-nloglik", "interval-regression-accuracy"),
    *("logloss", "mae", "mape", "merror", "mlogloss", "mphe", "mse", "poisson-nloglik", "rmse", "rmsle"),
    "tweedie-nloglik",
)
#: Metrics that take a threshold, as in ``error@0.3``.
WITH_THRESHOLD: Final = ("error", "ndcg", "map")
#: Every hyperparameter: its kind, then the values or the interval (a round bracket leaves the bound out).
HYPERPARAMETERS: Final[Mapping[str, str]] = {
    "num_round": "integer [1, +inf)",
    "early_stopping_rounds": "integer [1, +inf)",
    "csv_weights": "integer [0, 1]",
    "seed": "integer (-2147483648, 2147483647)",
    "nthread": "integer [1, +inf)",
    "verbosity": "integer [0, 3]",
    "save_model_on_termination": "choice true false",
    "objective": "choice " + " ".join(OBJECTIVES),
    "num_class": "integer [2, +inf)",
    "base_score": "number [0, +inf)",
    "eval_metric": "metrics",
    "scale_pos_weight": "number (0, +inf)",
    "tweedie_variance_power": "number (1, 2)",
    "aft_loss_distribution": "choice normal logistic extreme",
    "aft_loss_distribution_scale": "number [0, +inf)",
    "booster": "choice gbtree gblinear dart",
    "eta": "number [0, 1]",
    "gamma": "number [0, +inf)",
    "max_depth": "integer [0, +inf)",
    "max_leaves": "integer [0, +inf)",
    "max_bin": "integer [0, +inf)",
    "max_delta_step": "number [0, +inf)",
    "min_child_weight": "number [0, +inf)",
    "num_parallel_tree": "integer [1, +inf)",
    "subsample": "number (0, 1]",
    "sampling_method": "choice uniform gradient_based",
    "colsample_bytree": "number (0, 1]",
    "colsample_bylevel": "number (0, 1]",
    "colsample_bynode": "number (0, 1]",
    "lambda": "number [0, +inf)",
    "alpha": "number [0, +inf)",
    "grow_policy": "choice depthwise lossguide",
    "monotone_constraints": "any",
    "interaction_constraints": "any",
    "tree_method": "choice auto exact approx hist gpu_hist",
    "sketch_eps": "number (0, 1)",
    "updater": "any",
    "refresh_leaf": "integer [0, 1]",
    "process_type": "choice default update",
    "predictor": "choice auto cpu_predictor gpu_predictor",
    "dsplit": "choice row col",
    "deterministic_histogram": "choice true false",
    "single_precision_histogram": "choice true false",
    "prob_buffer_row": "integer (1.0, +inf)",
    "sample_type": "choice uniform weighted",
    "normalize_type": "choice tree forest",
    "rate_drop": "number [0, 1]",
    "one_drop": "integer [0, 1]",
    "skip_drop": "number [0, 1]",
    "lambda_bias": "number [0, 1]",
    "_tuning_objective_metric": "any",
    "_kfold": "integer [2, +inf)",
    "_num_cv_round": "integer [1, +inf)",
    "use_dask_gpu_training": "choice true false",
}
#: Other names of hyperparameters.
ALIASES: Final = {"learning_rate": "eta", "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha"}
#: Version of the image in which an objective or a metric came, where that is after the first.
#: https://github.com/dmlc/xgboost/releases
SINCE: Final[Mapping[str, tuple[int, int]]] = {
    "reg:pseudohubererror": (1, 2),
    "survival:aft": (1, 2),
    "aft-nloglik": (1, 2),
    "interval-regression-accuracy": (1, 2),
    "reg:absoluteerror": (1, 7),
}
#: Channels of the image, https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-algo-common-data-formats.html;
#: ``code`` turns its script mode on.
CHANNELS: Final = ("train", "validation", "code")

"""The hyperparameters of the image: their table, and what they demand of each other.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost.errors import UserError
from sagemaker_images.xgboost.metric_names import MAXIMIZED, MINIMIZED, EvalMetrics
from sagemaker_images.xgboost.ranges import (
    Hyperparameter,
    choice,
    integer,
    nested_numbers,
    number,
    numbers,
    words,
)

OBJECTIVES = (
    # Stands among the image's objectives although it is none; XGBoost itself refuses it.
    "aft_loss_distribution",
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "reg:linear",
    "reg:squarederror",
    "reg:logistic",
    "reg:gamma",
    "reg:pseudohubererror",
    "reg:squaredlogerror",
    "reg:absoluteerror",
    "reg:tweedie",
    "survival:aft",
    "survival:cox",
)
_TREE_BUILDERS = ("grow_colmaker", "distcol", "grow_histmaker")
_LINEAR_UPDATERS = ("shotgun", "coord_descent")
_REFRESHERS = ("refresh", "prune")
_TREE_UPDATERS = (*_TREE_BUILDERS, "grow_skmaker", "sync", *_REFRESHERS)

#: Every hyperparameter that the image knows.
TABLE: dict[str, Hyperparameter] = {
    # Training
    "num_round": integer("[1, +inf)", required=True),
    "early_stopping_rounds": integer("[1, +inf)"),
    "csv_weights": integer("[0, 1]"),
    "seed": integer("(-2147483648, 2147483647)"),
    "nthread": integer("[1, +inf)"),
    "verbosity": integer("[0, 3]"),
    "save_model_on_termination": choice("true", "false"),
    # Task
    "objective": choice(*OBJECTIVES),
    "num_class": integer("[2, +inf)"),
    "base_score": number("[0, +inf)"),
    "eval_metric": words(EvalMetrics()),
    "scale_pos_weight": number("(0, +inf)"),
    "tweedie_variance_power": number("(1, 2)"),
    "aft_loss_distribution": choice("normal", "logistic", "extreme"),
    "aft_loss_distribution_scale": number("[0, +inf)"),
    # Trees
    "booster": choice("gbtree", "gblinear", "dart"),
    "eta": number("[0, 1]"),
    "gamma": number("[0, +inf)"),
    "max_depth": integer("[0, +inf)"),
    "max_leaves": integer("[0, +inf)"),
    "max_bin": integer("[0, +inf)"),
    "max_delta_step": number("[0, +inf)"),
    "min_child_weight": number("[0, +inf)"),
    "num_parallel_tree": integer("[1, +inf)"),
    "subsample": number("(0, 1]"),
    "sampling_method": choice("uniform", "gradient_based"),
    "colsample_bytree": number("(0, 1]"),
    "colsample_bylevel": number("(0, 1]"),
    "colsample_bynode": number("(0, 1]"),
    "lambda": number("[0, +inf)"),
    "alpha": number("[0, +inf)"),
    "grow_policy": choice("depthwise", "lossguide"),
    "monotone_constraints": numbers(-1, 0, 1),
    "interaction_constraints": nested_numbers("[1, +inf)"),
    # How trees are built
    "tree_method": choice("auto", "exact", "approx", "hist", "gpu_hist"),
    "sketch_eps": number("(0, 1)"),
    "updater": words([*_TREE_UPDATERS, *_LINEAR_UPDATERS]),
    "refresh_leaf": integer("[0, 1]"),
    "process_type": choice("default", "update"),
    "predictor": choice("auto", "cpu_predictor", "gpu_predictor"),
    "dsplit": choice("row", "col"),
    "deterministic_histogram": choice("true", "false"),
    "prob_buffer_row": integer("(1.0, +inf)"),
    # DART and linear boosters
    "sample_type": choice("uniform", "weighted"),
    "normalize_type": choice("tree", "forest"),
    "rate_drop": number("[0, 1]"),
    "one_drop": integer("[0, 1]"),
    "skip_drop": number("[0, 1]"),
    "lambda_bias": number("[0, 1]"),
    # Set by automatic model tuning, by Autopilot, and for several GPUs
    "_tuning_objective_metric": choice(*(f"validation:{each}" for each in (*MAXIMIZED, *MINIMIZED))),
    "_kfold": integer("[2, +inf)"),
    "_num_cv_round": integer("[1, +inf)"),
    "use_dask_gpu_training": choice("true", "false"),
}

ALIASES = {"learning_rate": "eta", "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha"}

#: What the image can do and this program cannot: (hyperparameter, value or None for any, why).
_NOT_LOCAL = (
    ("tree_method", "gpu_hist", "there is no GPU; write 'hist'"),
    ("predictor", "gpu_predictor", "there is no GPU; write 'auto'"),
    ("use_dask_gpu_training", "true", "there is no GPU; write 'false'"),
    ("_kfold", None, "cross-validation does not run locally"),
    ("sagemaker_program", None, "script mode does not run locally"),
)


def validate(given: Mapping[str, str]) -> dict[str, Any]:
    """Reads the strings of a training job.

    Args:
        given: Hyperparameters of the request, aliases among them.

    Returns:
        Values under their own names.

    Raises:
        UserError: One is missing, unknown, unreadable or out of range, or two do not go together.
        NotSupportedError: The image has it, this program does not.
    """
    named = {ALIASES.get(name, name): text for name, text in given.items()}
    refuse_what_is_not_local(named)
    for name, row in TABLE.items():
        if row.required and name not in named:
            raise UserError(f"Missing required hyperparameter: {name}")
    for name in named:
        if name not in TABLE:
            raise UserError(f"Extraneous hyperparameter found: {name}")
    values = {name: TABLE[name].parse(name, text) for name, text in named.items()}
    for name, value in values.items():
        TABLE[name].check(name, value)
    for name in values:
        if name in _RULES:
            _RULES[name](values)
    return values


def refuse_what_is_not_local(named: Mapping[str, str]) -> None:
    """Raises NotSupportedError for a hyperparameter that only the image can obey."""
    for name, value, reason in _NOT_LOCAL:
        if name in named and value in (None, named[name]):
            raise NotSupportedError(f"Hyperparameter {name}: {named[name]} is not supported: {reason}")


def _check_updater(values: dict[str, Any]) -> None:
    chosen = values["updater"]
    if values.get("booster") == "gblinear":
        if len(chosen) != 1 or chosen[0] not in _LINEAR_UPDATERS:
            raise UserError("Linear updater should be one of these options: 'shotgun', 'coord_descent'.")
    elif values.get("process_type") == "update":
        if not set(chosen) <= set(_REFRESHERS):
            raise UserError("process_type 'update' can only be used with updater 'refresh' and 'prune'")
    elif not set(chosen) <= set(_TREE_UPDATERS):
        options = ", ".join(f"'{each}'" for each in _TREE_UPDATERS)
        raise UserError(f"Tree updater should be selected from these options: {options}.")
    elif sum(each in _TREE_BUILDERS for each in chosen) > 1:
        options = ", ".join(f"'{each}'" for each in _TREE_BUILDERS)
        raise UserError(f"Only one tree grow plugin can be selected. Choose one from the following: {options}")


def _check_objective(values: dict[str, Any]) -> None:
    if values["objective"] in ("multi:softmax", "multi:softprob") and "num_class" not in values:
        raise UserError("Require input for parameter 'num_class' for multi-classification")


def _check_eval_metric(values: dict[str, Any]) -> None:
    if "objective" not in values:
        # The image ends here as well, with no more words than KeyError: 'objective'.
        raise UserError("Hyperparameter eval_metric: needs hyperparameter objective; write it too")
    objective = values["objective"]
    if "auc" in values["eval_metric"] and not objective.startswith(("binary:", "rank:")):
        raise UserError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in values["eval_metric"] and objective != "survival:aft":
        raise UserError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")


def _check_monotone_constraints(values: dict[str, Any]) -> None:
    if values.get("tree_method") not in ("exact", "hist"):
        raise UserError(
            "monotone_constraints can be used only when the tree_method parameter is set to either 'exact' or 'hist'."
        )


def _check_interaction_constraints(values: dict[str, Any]) -> None:
    if values.get("tree_method") not in ("exact", "hist", "approx"):
        raise UserError(
            "interaction_constraints can be used only when the tree_method parameter is set to "
            "either 'exact', 'hist' or 'approx'."
        )


_RULES = {
    "updater": _check_updater,
    "objective": _check_objective,
    "eval_metric": _check_eval_metric,
    "monotone_constraints": _check_monotone_constraints,
    "interaction_constraints": _check_interaction_constraints,
}

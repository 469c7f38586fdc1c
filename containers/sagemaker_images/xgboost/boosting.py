"""Trains the model."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import xgboost as xgb
from xgboost.callback import TrainingCallback

from sagemaker_images.xgboost import callbacks, eval_metrics
from sagemaker_images.xgboost.errors import AlgorithmError, UserError, first_part

MODEL_NAME = "xgboost-model"

#: Refusals of XGBoost that the image counts as the user's mistakes.
_USER_ERRORS = (
    "label must be in [0,1] for logistic regression",
    "label must be in [0, num_class)",
    "Target is multiclass but average='binary'",
    "feature_names mismatch",
    "Check failed: preds.size() == info.labels_.size()",
    "Check failed: !auc_error AUC: the dataset only contains pos or neg samples",
    "base_score must be in (0,1) for logistic loss",
    "PoissonRegression: label must be nonnegative",
    "TweedieRegression: label must be nonnegative",
    "Parameter reg_lambda should be greater equal to 0",
)

_log = logging.getLogger(__name__)


def train(
    *,
    hyperparameters: dict[str, Any],
    training: xgb.DMatrix,
    validation: xgb.DMatrix | None,
    model_folder: Path,
    checkpoint_folder: Path | None,
) -> Path:
    """Trains, prints the metrics of each round to standard output, and saves the model.

    Args:
        hyperparameters: Values from ``hyperparameters.validate``.
        training: Rows to learn from.
        validation: Rows for metrics and early stopping.
        model_folder: Where the model goes.
        checkpoint_folder: Where checkpoints lie and go; None for none.

    Returns:
        The model's file, in XGBoost's UBJSON format.

    Raises:
        UserError: Data and hyperparameters do not go together.
        AlgorithmError: XGBoost has refused for another reason.
    """
    model_folder.mkdir(parents=True, exist_ok=True)
    model = model_folder / MODEL_NAME
    booster = _boost(dict(hyperparameters), training, validation, model, checkpoint_folder)
    booster.save_model(model)
    return model


def _boost(
    params: dict[str, Any],
    training: xgb.DMatrix,
    validation: xgb.DMatrix | None,
    model: Path,
    checkpoint_folder: Path | None,
) -> xgb.Booster:
    rounds = params.pop("num_round")
    native, custom, watched = _metrics(params)
    if native:
        params["eval_metric"] = native
    if "updater" in params:
        params["updater"] = ",".join(params["updater"])
    checkpoint, done = callbacks.last_checkpoint(checkpoint_folder)
    hooks = _callbacks(params, model, checkpoint_folder, done, None if validation is None else watched)
    try:
        return xgb.train(
            params,
            training,
            num_boost_round=rounds - done,
            evals=_watchlist(training, validation),
            custom_metric=custom,
            callbacks=hooks,
            xgb_model=checkpoint,
            verbose_eval=False,
        )
    except Exception as error:
        raise _explained(error) from error


def _watchlist(training: xgb.DMatrix, validation: xgb.DMatrix | None) -> list[tuple[xgb.DMatrix, str]]:
    _log.info("Train matrix has %d rows and %d columns", training.num_row(), training.num_col())
    if validation is None:
        return [(training, "train")]
    _log.info("Validation matrix has %d rows", validation.num_row())
    return [(training, "train"), (validation, "validation")]


def _metrics(params: dict[str, Any]) -> tuple[list[str], eval_metrics.CustomMetric | None, str | None]:
    """Takes the metrics out of the parameters: XGBoost's, ours, and the one that early stopping watches."""
    chosen: list[str] = params.pop("eval_metric", [])
    tuned = params.pop("_tuning_objective_metric", None)
    watched = chosen[-1] if chosen else None
    if tuned is not None:
        watched = tuned.partition(":")[2]
        # Sorted only here, as in the image, where all hosts need the same order.
        chosen = sorted({*chosen, watched})
    native, custom = eval_metrics.split(chosen)
    return native, custom, watched


def _callbacks(
    params: dict[str, Any], model: Path, checkpoint_folder: Path | None, done: int, watched: str | None
) -> list[TrainingCallback]:
    hooks = [callbacks.log_lines()]
    if done:
        _log.info("Resuming from a checkpoint after %d rounds", done)
    if checkpoint_folder:
        hooks.append(callbacks.checkpoints(checkpoint_folder, interval=done))
    if params.pop("save_model_on_termination", "false") == "true":
        hooks.append(callbacks.IntermediateModel(model))
        callbacks.end_on_sigterm(model)
    rounds = params.pop("early_stopping_rounds", None)
    if rounds and watched:
        hooks.append(callbacks.early_stopping(watched, rounds))
    return hooks


def _explained(error: Exception) -> Exception:
    text = first_part(error)
    if any(each in text for each in _USER_ERRORS):
        return UserError(text)
    return AlgorithmError(f"XGB train call failed with exception:\n {text}")

"""What happens after each boosting round: log line, checkpoint, intermediate model, early stopping."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from types import FrameType
from typing import Any

from xgboost.callback import EarlyStopping, EvaluationMonitor, TrainingCallback, TrainingCheckPoint

from sagemaker_images.xgboost.metric_names import MAXIMIZED

CHECKPOINT_NAME = "xgboost-checkpoint"


def last_checkpoint(folder: Path | None) -> tuple[Path | None, int]:
    """The newest file ``xgboost-checkpoint.<round>`` and the number of rounds behind it; (None, 0) without one."""
    if folder is None or not folder.is_dir():
        return None, 0
    found = [each for each in folder.iterdir() if re.fullmatch(rf"{CHECKPOINT_NAME}\.[0-9]+", each.name)]
    if not found:
        return None, 0
    newest = max(found, key=_round)
    return newest, _round(newest) + 1


def _round(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition(".")[2])


def checkpoints(folder: Path, *, interval: int) -> TrainingCallback:
    """Saves checkpoints as the image does: with its interval 0 only the first round, as ``xgboost-checkpoint_0.ubj``.

    Args:
        folder: Made if it is missing.
        interval: Rounds between two checkpoints; the image takes the number of rounds that it resumes from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return TrainingCheckPoint(directory=folder, interval=interval, name=CHECKPOINT_NAME)


def early_stopping(metric: str, rounds: int) -> TrainingCallback:
    """Stops when a metric of channel ``validation`` has not improved, and keeps the best model."""
    return EarlyStopping(
        rounds=rounds,
        data_name="validation",
        metric_name=metric,
        maximize=metric in MAXIMIZED,
        save_best=True,
    )


def log_lines() -> TrainingCallback:
    """Prints ``[0]<tab>train-rmse:0.40000`` for each round."""
    return EvaluationMonitor()


class IntermediateModel(TrainingCallback):
    """Saves the model after each round, whole or not at all, so that a stopped job leaves one behind.

    Args:
        path: File of the model.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Replaces the file; training goes on."""
        unfinished = self._path.with_name(f"{self._path.name}.tmp")
        model.save_model(unfinished)
        unfinished.replace(self._path)
        return False


def end_on_sigterm(model: Path) -> None:
    """Makes SIGTERM end the process with status 0 and only the model's files in its folder."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in model.parent.iterdir():
            if each.is_file() and each.name != model.name:
                each.unlink()
        os._exit(0)

    signal.signal(signal.SIGTERM, end)

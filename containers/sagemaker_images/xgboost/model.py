"""The trained model, ready to predict."""

from __future__ import annotations

import json
import os
import pickle
import threading
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost.errors import UserError, first_part


class Model:
    """A booster that several threads may use.

    Args:
        booster: The booster; it gets one thread for each processor.
    """

    def __init__(self, booster: xgb.Booster) -> None:
        self._booster = booster
        self._lock = threading.Lock()
        booster.set_param({"nthread": os.cpu_count() or 1})

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Loads the one model file in a folder, whatever its name: a pickled Booster or what ``save_model`` writes.

        Raises:
            UserError: There is none, or it is neither.
            NotSupportedError: There are several, which the image takes for an ensemble.
        """
        paths = [each for each in sorted(folder.glob("*")) if each.is_file() and not each.name.startswith(".")]
        if not paths:
            raise UserError(f"Unable to load model: there is no file in {folder}")
        if len(paths) > 1 and os.environ.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true") == "true":
            names = ", ".join(each.name for each in paths)
            raise NotSupportedError(f"an ensemble of models does not run locally; {folder} holds {names}")
        return cls(_load(paths[0]))

    @property
    def objective(self) -> str:
        """Name of the learning objective, as in ``reg:logistic``."""
        config: dict[str, Any] = json.loads(self._booster.save_config())
        name: str = config["learner"]["objective"]["name"]
        return name

    def predict(self, rows: xgb.DMatrix) -> np.ndarray[Any, Any]:
        """One prediction a row, several numbers for ``multi:softprob``.

        Raises:
            xgboost.core.XGBoostError: The rows do not fit the model.
        """
        # XGBoost itself uses all processors for one prediction.
        with self._lock:
            return self._booster.predict(rows, validate_features=False)


def _load(path: Path) -> xgb.Booster:
    """A pickle is tried first, as the image does."""
    try:
        with path.open("rb") as file:
            found = pickle.load(file)
    except Exception as pickle_error:
        booster = xgb.Booster()
        try:
            booster.load_model(path)
        except xgb.core.XGBoostError as error:
            raise UserError(
                f"Model {path} cannot be loaded; a model from Booster.save_model can: {first_part(error)} "
                f"(and it is no pickle: {pickle_error})"
            ) from error
        return booster
    if not isinstance(found, xgb.Booster):
        raise UserError(
            f"Model {path} is a pickled {type(found).__name__}, not a Booster: save model.get_booster(), "
            "or serve it by a script with model_fn"
        )
    return found

"""The trained model, ready to predict."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from local_aws.containers.xgboost.errors import UserError, first_part
from local_aws.errors import NotSupportedLocallyError


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
        """Loads the one model file in a folder.

        Raises:
            UserError: There is none, or XGBoost cannot read it.
            NotSupportedLocallyError: There are several, which the image takes for an ensemble.
        """
        paths = [each for each in sorted(folder.glob("*")) if each.is_file() and not each.name.startswith(".")]
        if not paths:
            raise UserError(f"Unable to load model: there is no file in {folder}")
        if len(paths) > 1 and os.environ.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true") == "true":
            names = ", ".join(each.name for each in paths)
            raise NotSupportedLocallyError(f"an ensemble of models does not run locally; {folder} holds {names}")
        booster = xgb.Booster()
        try:
            booster.load_model(paths[0])
        except xgb.core.XGBoostError as error:
            raise UserError(
                f"Model {paths[0]} cannot be loaded; a model from Booster.save_model can: {first_part(error)}"
            ) from error
        return cls(booster)

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

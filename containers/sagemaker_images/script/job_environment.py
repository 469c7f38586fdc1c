"""A training job, as a script may ask for it beside its ``SM_*`` variables.

https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/environment.py
"""

from __future__ import annotations

import json
import os
from typing import Any


class Environment:
    """The training job. Its attributes are the fields of ``SM_TRAINING_ENV``, as in ``hyperparameters``."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = json.loads(os.environ.get("SM_TRAINING_ENV") or "{}")

    def __getattr__(self, name: str) -> Any:
        fields: dict[str, Any] = self.__dict__.get("_fields", {})
        # The newer toolkit's word.
        name = {"is_main": "is_master"}.get(name, name)
        if name not in fields:
            raise AttributeError(f"the environment of the training job has no {name}; it has {', '.join(fields)}")
        return fields[name]

    def to_env_vars(self) -> dict[str, str]:
        """The variables of the toolkit."""
        return {name: value for name, value in os.environ.items() if name.startswith("SM_")}

"""What a training job's container runs: the image's algorithm, a script of the user's, a command, or a notebook.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

#: Hyperparameter, and in upper case the variable, with the name of the script.
PROGRAM = "sagemaker_program"
#: Entrypoint of notebook jobs in AWS's images.
_SCHEDULER: Final = ["amazon_sagemaker_scheduler"]


class TrainingMode(Enum):
    """The value is the purpose for which the image must have a runtime."""

    ALGORITHM = "train"
    SCRIPT = "train_script"
    ENTRYPOINT = "entrypoint"
    NOTEBOOK = "notebook"


def training_mode(request: Mapping[str, Any]) -> TrainingMode:
    """The mode of a CreateTrainingJob request."""
    entrypoint = request["AlgorithmSpecification"].get("ContainerEntrypoint")
    if entrypoint:
        return TrainingMode.NOTEBOOK if entrypoint == _SCHEDULER else TrainingMode.ENTRYPOINT
    names_program = PROGRAM in request.get("HyperParameters", {}) or PROGRAM.upper() in request.get("Environment", {})
    return TrainingMode.SCRIPT if names_program else TrainingMode.ALGORITHM


def serving_purpose(container: Mapping[str, Any]) -> str:
    """The purpose for which the image of a model's container must have a runtime."""
    return "serve_script" if PROGRAM.upper() in container.get("Environment", {}) else "serve"

"""The names by which scripts of AWS's samples read requests and write answers."""

from __future__ import annotations

from sagemaker_images.script.job_environment import Environment
from sagemaker_images.script.missing import refuse_others

__getattr__ = refuse_others(__name__)


def training_env() -> Environment:
    """The training job."""
    return Environment()

"""What ends a training job: whose fault it is, in the words of the image."""

from __future__ import annotations

from sagemaker_images.errors import ContainerError


class UserError(ContainerError):
    """Hyperparameters, channels or data are wrong; the text is the image's where it has one."""


class AlgorithmError(ContainerError):
    """XGBoost has refused to train."""


def first_part(error: Exception) -> str:
    """The message of an XGBoost error without the native stack trace below it."""
    return str(error).split("\nStack trace:")[0].strip()

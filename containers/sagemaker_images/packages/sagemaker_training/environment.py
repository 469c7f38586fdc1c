"""The training job, as a script sees it."""

from __future__ import annotations

from sagemaker_images.script.job_environment import Environment

__all__ = ["Environment"]

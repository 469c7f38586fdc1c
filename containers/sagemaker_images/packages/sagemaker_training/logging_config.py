"""The log of the toolkit."""

from __future__ import annotations

import logging


def get_logger() -> logging.Logger:
    """The logger of the toolkit."""
    return logging.getLogger("sagemaker-training-toolkit")

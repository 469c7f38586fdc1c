"""Answers."""

from __future__ import annotations

from sagemaker_images.script.response import Response

__all__ = ["Response"]

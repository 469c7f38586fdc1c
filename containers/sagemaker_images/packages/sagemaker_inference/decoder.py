"""Arrays from requests."""

from __future__ import annotations

from sagemaker_images.script.codecs import decode

__all__ = ["decode"]

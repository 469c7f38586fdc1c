"""Arrays into answers."""

from __future__ import annotations

from sagemaker_images.script.codecs import encode

__all__ = ["encode"]

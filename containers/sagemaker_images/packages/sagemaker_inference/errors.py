"""What may go wrong with a request."""

from __future__ import annotations

from sagemaker_images.script.codecs import UnsupportedFormatError

__all__ = ["UnsupportedFormatError"]

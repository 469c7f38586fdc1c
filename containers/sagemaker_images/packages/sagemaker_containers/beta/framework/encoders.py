"""Arrays from requests and into answers."""

from __future__ import annotations

from sagemaker_images.script.codecs import decode, encode

__all__ = ["decode", "encode"]

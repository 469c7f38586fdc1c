"""Content types."""

from __future__ import annotations

from sagemaker_images.script.codecs import CSV, JSON, NPY

ANY = "*/*"
OCTET_STREAM = "application/octet-stream"
UTF8_TYPES = [JSON, CSV]

__all__ = ["ANY", "CSV", "JSON", "NPY", "OCTET_STREAM", "UTF8_TYPES"]

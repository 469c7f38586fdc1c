"""Samples import this module and leave it at that: the image itself runs the script."""

from __future__ import annotations

from sagemaker_images.script.missing import refuse_others

__getattr__ = refuse_others(__name__)

"""The functions of the image, for a script that calls one of them."""

from __future__ import annotations

from sagemaker_images.script.handlers import DEFAULTS

default_input_fn = DEFAULTS["sklearn"]["input_fn"]
default_predict_fn = DEFAULTS["sklearn"]["predict_fn"]
default_output_fn = DEFAULTS["sklearn"]["output_fn"]

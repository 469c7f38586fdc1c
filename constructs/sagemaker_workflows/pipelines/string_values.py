"""Values of hyperparameters and environment variables, which the API takes as strings only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import Token

from sagemaker_workflows._core.variables import PipelineVariable, is_token


def string_values(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """``values`` as hyperparameters and environment variables take them: numbers and variables as text.

    What is none of these stays as it is: the check of the request refuses it by its name.
    """
    return None if values is None else {key: _text(value) for key, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, PipelineVariable):
        return value.as_text()
    if isinstance(value, int | float) and is_token(value):
        return Token.as_string(value)
    return str(value) if isinstance(value, int | float) else value

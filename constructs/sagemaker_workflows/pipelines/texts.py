"""Values that the API takes as text only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_workflows.variables import PipelineVariable


def texts(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """``values`` as hyperparameters and environment variables take them: numbers and variables as text."""
    return None if values is None else {key: _text(value) for key, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, PipelineVariable):
        return value.as_text()
    return value if isinstance(value, str) else str(value)

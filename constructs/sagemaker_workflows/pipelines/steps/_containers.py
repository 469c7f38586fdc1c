"""Containers of models and of versions in the model registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.jobs.model import ModelContainer
from sagemaker_workflows.pipelines.string_values import string_values

#: ContainerDefinitionList of the API; so many an inference pipeline may have, too.
_MAX_CONTAINERS = 15


def render_containers(
    containers: Sequence[ModelContainer | Mapping[str, Any]], *, scope: Construct, id: str
) -> list[dict[str, Any]]:
    """``containers`` in the API's spelling, their environments as text.

    Raises:
        InvalidParameterError: There are none or too many, or model data is a prefix.
    """
    if not 1 <= len(containers) <= _MAX_CONTAINERS:
        raise InvalidParameterError(
            f"{scope.node.path}/{id}", "containers", f"has {len(containers)}; give 1 to {_MAX_CONTAINERS}"
        )
    rendered = [each.render(scope) if isinstance(each, ModelContainer) else dict(each) for each in containers]
    return [{**each, "Environment": string_values(each.get("Environment"))} for each in rendered]

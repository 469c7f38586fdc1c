"""Arguments that some types of steps have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_workflows.pipelines.step import CachedStepOptions, RetriedStepOptions


class ResourceStepOptions(RetriedStepOptions, total=False):
    """Arguments of a step that creates a resource and is never cached.

    Keys:
        additional_arguments: Fields of the API request that have no argument, in the API's own spelling; merged into
            the request and checked like the rest.
        tags: Tags of the resource; default: none but the service's own.
    """

    additional_arguments: Mapping[str, Any]
    tags: Mapping[str, Any]


class UnretriedStepOptions(CachedStepOptions, total=False):
    """Arguments of a step that may be cached and is never retried.

    Keys:
        additional_arguments: Fields of the API request that have no argument, in the API's own spelling; merged into
            the request and checked like the rest.
        tags: Tags of the job or resource; default: none but the service's own.
    """

    additional_arguments: Mapping[str, Any]
    tags: Mapping[str, Any]

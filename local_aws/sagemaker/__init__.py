"""SageMaker of the local AWS: jobs and endpoints that really run, pipelines, the model registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.sagemaker.service import SageMaker

__all__ = ["SageMaker"]


def __getattr__(name: str) -> Any:
    # Not at the top: a command that only reads options does not wait for moto.
    if name == "SageMaker":
        from local_aws.sagemaker.service import SageMaker

        return SageMaker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

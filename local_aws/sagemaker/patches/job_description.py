"""moto 5.2.5 forgets what it does not know (as a job's Environment), and makes up metric definitions.

Describe answers the request that created the job, and on top of it what has happened since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.sagemaker.models import SageMakerModelBackend

from local_aws.base.patching import replace
from local_aws.sagemaker.patches.job_creation import KINDS
from local_aws.sagemaker.validation import output_fields


def apply() -> None:
    """Replaces the three Describe methods of the backend."""
    for kind in KINDS:
        method = f"describe_{kind}_job"
        replace(SageMakerModelBackend, method, _describer(kind, getattr(SageMakerModelBackend, method)))


def _describer(kind: str, original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    parameter = f"{kind}_job_name"
    fields = output_fields(f"Describe{kind.title()}Job")

    def describe(self: SageMakerModelBackend, *args: str, **kwargs: str) -> dict[str, Any]:
        response = original(self, *args, **kwargs)
        record = getattr(self, f"{kind}_jobs")[kwargs.get(parameter) or args[0]]
        merged = {**response, **getattr(record, "request", {})}
        # An empty string or object stands for "not given" in moto; AWS leaves the field out.
        return {key: value for key, value in merged.items() if key in fields and value not in (None, "", {}, [])}

    return describe

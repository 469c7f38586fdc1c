"""ClarifyCheck steps; locally those of data bias.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-clarify-check
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun
from local_aws.sagemaker.pipelines.steps.baselines import Source
from local_aws.sagemaker.pipelines.steps.checks import CheckKind, run_check

KIND = CheckKind(
    "ClarifyCheck",
    files={"Constraints": "analysis.json"},
    sources={"DATA_BIAS": Source("Bias", {"Constraints": "PreTrainingConstraints"})},
)

_NEED_A_MODEL = ("MODEL_BIAS", "MODEL_EXPLAINABILITY")


def refusal(step: Mapping[str, Any]) -> str | None:
    """Why a step of a definition cannot run locally; None when it can."""
    if step.get("CheckType") in _NEED_A_MODEL:
        return f"CheckType {step['CheckType']} needs a shadow endpoint, which the local AWS does not make"
    return None


def run(step: StepRun) -> Mapping[str, Any]:
    """Runs the check; the properties are the S3 URIs of the calculated constraints and of those used for drift checks.

    Raises:
        StepFailedError: Also for a check of a model's bias or explanations, which the local AWS does not have.
    """
    reason = refusal(step.step)
    if reason is not None:
        raise StepFailedError(f"ClientError: not supported by the local AWS: {reason}")
    return run_check(step, KIND)

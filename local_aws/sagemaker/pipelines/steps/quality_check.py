"""QualityCheck steps.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-quality-check
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from local_aws.sagemaker.pipelines.steps.base import StepRun
from local_aws.sagemaker.pipelines.steps.baselines import Source
from local_aws.sagemaker.pipelines.steps.checks import CheckKind, run_check

_PARTS: Final = {"Constraints": "Constraints", "Statistics": "Statistics"}
KIND = CheckKind(
    "QualityCheck",
    files={"Constraints": "constraints.json", "Statistics": "statistics.json"},
    sources={"DATA_QUALITY": Source("ModelDataQuality", _PARTS), "MODEL_QUALITY": Source("ModelQuality", _PARTS)},
)


def run(step: StepRun) -> Mapping[str, Any]:
    """Runs the check; the properties are the S3 URIs of the calculated baseline and of that used for drift checks."""
    return run_check(step, KIND)

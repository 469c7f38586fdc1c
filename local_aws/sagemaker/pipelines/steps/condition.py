"""Condition steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines import conditions
from local_aws.sagemaker.pipelines.steps.base import StepRun


def run(step: StepRun) -> Mapping[str, Any]:
    """Decides which branch is taken; the property ``Outcome`` is ``True`` or ``False``, as a string."""
    outcome = {"Outcome": str(conditions.holds(step.arguments["Conditions"]))}
    step.metadata["Condition"] = dict(outcome)
    return outcome

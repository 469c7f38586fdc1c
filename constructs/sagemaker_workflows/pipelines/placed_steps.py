"""Steps that stand in no pipeline: a step that was made and forgotten would never run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakSet

from aws_cdk import Annotations

from sagemaker_workflows._core.at_synth import check_at_synth

if TYPE_CHECKING:
    from sagemaker_workflows.pipelines.step import PipelineStep

_PLACED: WeakSet[PipelineStep] = WeakSet()


def place(steps: Iterable[PipelineStep]) -> None:
    """Notes what a pipeline holds."""
    _PLACED.update(steps)


def expect_place(step: PipelineStep) -> None:
    """Adds an error to ``step`` when the app is synthesized, unless a pipeline or another step holds it by then."""
    _PLACED.update(step.nested_steps)

    def check() -> None:
        if step not in _PLACED:
            Annotations.of(step).add_error(
                f"step {step.step_name!r} stands in no pipeline and would never run; put it into the steps of a "
                "Pipeline or into a branch of a ConditionStep, or leave it out"
            )

    check_at_synth(step, step, check)

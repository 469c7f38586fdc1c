"""Step that decides which of two branches runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

from aws_cdk import Annotations
from constructs import Construct

from sagemaker_workflows.pipelines.conditions import Condition
from sagemaker_workflows.pipelines.step import PipelineStep, StepGroup, StepOptions
from sagemaker_workflows.pipelines.values import PipelineReference


class ConditionStep(PipelineStep):
    """Runs ``if_steps`` when all ``conditions`` hold, else ``else_steps``.

    The steps of the branches stand in no other place: neither among the steps of the pipeline nor in another branch.
    The construct tree does not matter; any construct may be their scope.

    Args:
        conditions: One or more, all of which must hold; write :class:`ConditionOr` for alternatives.
        if_steps: Steps to run when they hold; default: none.
        else_steps: Steps to run when one does not; default: none.
        options: See :class:`StepOptions`.

    Raises:
        InvalidParameterError: There is no condition, or one compares what cannot be compared.

    A condition step in a branch gets a warning: the SageMaker SDK defines it, while the developer guide says that the
    service does not take it.

    Example::

        stage = ParameterString("Stage", default_value="dev")
        stop = FailStep(self, "Stop", error_message="not for production")
        step = ConditionStep(self, "ForDev", conditions=[ConditionEquals(stage, "dev")], if_steps=[], else_steps=[stop])
        Pipeline(self, "Pipeline", steps=[step], parameters=[stage])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
    """

    TYPE: ClassVar[str] = "Condition"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        conditions: Sequence[Condition],
        if_steps: Sequence[PipelineStep | StepGroup] = (),
        else_steps: Sequence[PipelineStep | StepGroup] = (),
        **options: Unpack[StepOptions],
    ) -> None:
        self._conditions = list(conditions)
        self._if_steps = [step for each in if_steps for step in each.steps]
        self._else_steps = [step for each in else_steps for step in each.steps]
        super().__init__(scope, id, arguments={}, **options)
        if nested := [each.step_name for each in self.nested_steps if isinstance(each, ConditionStep)]:
            Annotations.of(self).add_warning_v2(
                "sagemaker-workflows:nested-condition",
                f"{nested[0]} is a condition step in a branch of {self.step_name}, which the developer guide says is "
                "not supported; put its conditions into one step, or try it on your account",
            )

    @property
    def outcome(self) -> PipelineReference:
        """Whether the conditions held."""
        return PipelineReference(f"Steps.{self.step_name}.Outcome")

    @property
    def nested_steps(self) -> Sequence[PipelineStep]:
        """The steps of both branches."""
        return [*self._if_steps, *self._else_steps]

    def _rendered_arguments(self) -> dict[str, Any]:
        return {
            "Conditions": [each.render() for each in self._conditions],
            "IfSteps": [each.definition() for each in self._if_steps],
            "ElseSteps": [each.definition() for each in self._else_steps],
        }

    def _check_arguments(self) -> list[str]:
        if not self._conditions:
            raise self.error("conditions", "is empty; give at least one")
        for each in self._conditions:
            if problem := each.problem():
                raise self.error("conditions", problem)
        return []

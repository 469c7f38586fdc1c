"""A step that was made and then forgotten would never run: it is an error when the app is synthesized."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows.pipelines import ConditionEquals, ConditionStep, FailStep, ParameterString, Pipeline

STAGE = ParameterString("Stage", default_value="dev")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def stop(stack: cdk.Stack, id: str) -> FailStep:
    return FailStep(stack, id, error_message="stopped")


def gate(stack: cdk.Stack, id: str, branch: list[FailStep]) -> ConditionStep:
    return ConditionStep(stack, id, conditions=[ConditionEquals(STAGE, "dev")], if_steps=[], else_steps=branch)


def errors(stack: cdk.Stack) -> list[str]:
    return [each.id for each in Annotations.from_stack(stack).find_error("*", Match.any_value())]


def test_a_step_in_no_pipeline_is_one_line(stack: cdk.Stack) -> None:
    Pipeline(stack, "Pipeline", steps=[stop(stack, "Kept")])
    stop(stack, "Lost")
    [error] = Annotations.from_stack(stack).find_error("*", Match.any_value())
    assert (error.id, error.entry.data) == (
        "/Stack/Lost",
        "step 'Lost' stands in no pipeline and would never run; put it into the steps of a Pipeline or into a branch "
        "of a ConditionStep, or leave it out",
    )


def test_of_a_condition_in_no_pipeline_the_branches_are_not_told_again(stack: cdk.Stack) -> None:
    gate(stack, "Lost", [stop(stack, "Stop")])
    assert errors(stack) == ["/Stack/Lost"]


def test_steps_of_branches_stand_in_the_pipeline(stack: cdk.Stack) -> None:
    stops = [stop(stack, "Stop")]
    Pipeline(stack, "Pipeline", steps=[gate(stack, "Gate", stops)], parameters=[STAGE])
    assert errors(stack) == []


def test_a_step_may_be_made_before_or_below_its_pipeline_in_another_stack_of_the_app(stack: cdk.Stack) -> None:
    other = cdk.Stack(cdk.Stage.of(stack), "Other")
    Pipeline(other, "Pipeline", steps=[stop(stack, "Stop")])
    assert errors(stack) == []

"""Condition steps: as the SageMaker SDK defines them, what may be compared, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.jobs.processing import ProcessingOutput
from sagemaker_workflows.pipelines import (
    Condition,
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
    ConditionStep,
    ExecutionVariables,
    FailStep,
    JsonGet,
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    ProcessingStep,
    PropertyFile,
)
from tests.constructs.pipelines.conftest import Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]


def step(stack: cdk.Stack, *conditions: Condition, **options: Any) -> ConditionStep:
    return ConditionStep(stack, "Decide", conditions=conditions, **options)


def test_every_operator_is_as_the_sdk_defines_it(
    stack: cdk.Stack, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.workflow import conditions as theirs
    from sagemaker.workflow.condition_step import ConditionStep as SdkStep
    from sagemaker.workflow.execution_variables import ExecutionVariables as SdkVariables
    from sagemaker.workflow.fail_step import FailStep as SdkFail
    from sagemaker.workflow.parameters import ParameterFloat as SdkFloat
    from sagemaker.workflow.parameters import ParameterString as SdkString

    number, text = SdkFloat("Threshold"), SdkString("Stage")
    sdk_step = SdkStep(
        "Decide",
        display_name="Good enough?",
        description="Decides",
        conditions=[
            theirs.ConditionEquals(left=text, right="prod"),
            theirs.ConditionGreaterThan(left=number, right=1),
            theirs.ConditionGreaterThanOrEqualTo(left=number, right=1.5),
            theirs.ConditionLessThan(left=SdkVariables.START_DATETIME, right="2030-01-01"),
            theirs.ConditionLessThanOrEqualTo(left=1, right=number),
            theirs.ConditionIn(value=text, in_values=["prod", SdkVariables.PIPELINE_NAME]),
            theirs.ConditionNot(expression=theirs.ConditionIn(value=number, in_values=[7, 8])),
            theirs.ConditionOr(
                conditions=[
                    theirs.ConditionEquals(left=text, right="dev"),
                    theirs.ConditionNot(expression=theirs.ConditionEquals(left=number, right=0)),
                ]
            ),
        ],
        if_steps=[SdkFail("Stop", error_message="good")],
        else_steps=[SdkFail("StopToo", error_message="bad")],
    )
    threshold, stage = ParameterFloat("Threshold"), ParameterString("Stage")
    ours = step(
        stack,
        ConditionEquals(left=stage, right="prod"),
        ConditionGreaterThan(left=threshold, right=1),
        ConditionGreaterThanOrEqualTo(left=threshold, right=1.5),
        ConditionLessThan(left=ExecutionVariables.START_DATETIME, right="2030-01-01"),
        ConditionLessThanOrEqualTo(left=1, right=threshold),
        ConditionIn(value=stage, in_values=["prod", ExecutionVariables.PIPELINE_NAME]),
        ConditionNot(expression=ConditionIn(value=threshold, in_values=[7, 8])),
        ConditionOr(
            conditions=[
                ConditionEquals(left=stage, right="dev"),
                ConditionNot(expression=ConditionEquals(left=threshold, right=0)),
            ]
        ),
        display_name="Good enough?",
        description="Decides",
        if_steps=[FailStep(stack, "Stop", error_message="good")],
        else_steps=[FailStep(stack, "StopToo", error_message="bad")],
    )
    [expected] = sdk_steps([sdk_step], sdk, [number, text])
    assert comparable(definition(ours)) == comparable(expected)


def test_nested_in_a_branch_as_the_sdk_defines_it(
    stack: cdk.Stack, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.workflow.condition_step import ConditionStep as SdkStep
    from sagemaker.workflow.conditions import ConditionEquals as SdkEquals
    from sagemaker.workflow.fail_step import FailStep as SdkFail

    inner_condition = SdkEquals(left="a", right="b")
    sdk_inner = SdkStep("Inner", conditions=[inner_condition], if_steps=[], else_steps=[SdkFail("Stop", "bad")])
    sdk_step = SdkStep("Decide", conditions=[inner_condition], if_steps=[sdk_inner], else_steps=[])
    inner = ConditionStep(
        stack,
        "Inner",
        conditions=[ConditionEquals("a", "b")],
        else_steps=[FailStep(stack, "Stop", error_message="bad")],
    )
    ours = step(stack, ConditionEquals("a", "b"), if_steps=[inner])
    [expected] = sdk_steps([sdk_step], sdk)
    assert comparable(definition(ours)) == comparable(expected)
    warnings = Annotations.from_stack(stack).find_warning(
        "*", Match.string_like_regexp("Inner is a condition step in a branch of Decide")
    )
    assert len(warnings) == 1


def test_a_property_file_decides(parts: Parts, image: Image, definition: Definition) -> None:
    evaluate = ProcessingStep(
        parts.stack,
        "Evaluate",
        image=image,
        role=parts.role,
        outputs=[ProcessingOutput("report", parts.at("report/"), "/opt/ml/processing/report")],
        property_files=[PropertyFile("Report", "report", "evaluation.json")],
    )
    error = JsonGet(step=evaluate, property_file="Report", json_path="mse.value")
    ours = step(parts.stack, ConditionLessThanOrEqualTo(left=error, right=6.0))
    assert definition(ours)["Arguments"] == {
        "Conditions": [{"Type": "LessThanOrEqualTo", "LeftValue": error.render(), "RightValue": 6.0}],
        "IfSteps": [],
        "ElseSteps": [],
    }


def test_the_outcome_can_be_referred_to(stack: cdk.Stack) -> None:
    decide = step(stack, ConditionEquals("a", "a"))
    assert decide.outcome.render() == {"Get": "Steps.Decide.Outcome"}
    with pytest.raises(InvalidParameterError, match="Stack/Decide: properties: a ConditionStep has none"):
        _ = decide.properties


def test_it_needs_no_permission_of_its_own(stack: cdk.Stack) -> None:
    assert step(stack, ConditionEquals("a", "a")).statements() == []


TEXT, NUMBER = ParameterString("Stage"), ParameterInteger("Count")


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (ConditionEquals(TEXT, 5), "Equals: left ParameterString('Stage') is a text, right 5 is a number; compare"),
        (ConditionEquals("5", NUMBER), "Equals: left '5' is a text, right ParameterInteger('Count') is a number"),
        (ConditionEquals(True, 1), "Equals: left True is true or false, right 1 is a number"),
        (ConditionGreaterThan(ParameterBoolean("Flag"), 1), "GreaterThan: left ParameterBoolean('Flag') is true or"),
        (ConditionLessThan(1, True), "LessThan: right True is true or false, which have no order; use ConditionEquals"),
        (ConditionEquals([1], 1), "Equals: left is [1]; write a text, a number, true or false, or a pipeline"),  # type: ignore[arg-type]
        (ConditionEquals(1, None), "Equals: right is None; write a text"),  # type: ignore[arg-type]
        (ConditionLessThan(NUMBER, float("nan")), "LessThan: right is nan, which JSON does not have; write a number"),
        (ConditionIn(TEXT, []), "In: in_values is []; write a list of one or more values"),
        (ConditionIn(TEXT, "abc"), "In: in_values is 'abc'; write a list"),
        (ConditionIn(TEXT, ["a", 1]), "In: value ParameterString('Stage') is a text, in_values[1] 1 is a number"),
        (ConditionOr([]), "Or: conditions is empty; give at least one"),
        (ConditionNot(ConditionOr([ConditionEquals(1, "1")])), "Equals: left 1 is a number, right '1' is a text"),
    ],
    ids=str,
)
def test_refused(stack: cdk.Stack, condition: Condition, message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        step(stack, condition)
    assert str(error.value).startswith(f"Stack/Decide: conditions: {message}")


def test_a_step_without_conditions_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidParameterError, match="Stack/Decide: conditions: is empty; give at least one"):
        step(stack)


@pytest.mark.parametrize("option", ["cache", "retry_policies", "tags"])
def test_it_is_neither_cached_nor_retried_nor_tagged(stack: cdk.Stack, option: str) -> None:
    with pytest.raises(TypeError, match=f"Stack/Decide: a ConditionStep has no argument {option}"):
        step(stack, ConditionEquals(1, 1), **{option: []})

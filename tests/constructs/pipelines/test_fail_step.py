"""Fail steps: as the SageMaker SDK defines them, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import FailStep, Join, ParameterFloat, PipelineStep
from tests.constructs.pipelines.conftest import sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]


def test_as_the_sdk_defines_it(stack: cdk.Stack, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.workflow.fail_step import FailStep as SdkStep
    from sagemaker.workflow.functions import Join as SdkJoin
    from sagemaker.workflow.parameters import ParameterFloat as SdkFloat

    threshold = SdkFloat("Threshold")
    theirs = [
        SdkStep("Short", error_message="no"),
        SdkStep(
            "Stop",
            error_message=SdkJoin(on=" ", values=["MSE >", threshold]),
            display_name="Not good enough",
            description="Ends here",
            depends_on=[],
        ),
        SdkStep("Bare", error_message=threshold),
    ]
    ours = [
        FailStep(stack, "Short", error_message="no"),
        FailStep(
            stack,
            "Stop",
            error_message=Join(" ", ["MSE >", ParameterFloat("Threshold")]),
            display_name="Not good enough",
            description="Ends here",
        ),
        FailStep(stack, "Bare", error_message=ParameterFloat("Threshold")),
    ]
    assert [definition(each) for each in ours] == sdk_steps(theirs, sdk, [threshold])


def test_it_has_no_properties_and_needs_no_permission(stack: cdk.Stack) -> None:
    step = FailStep(stack, "Stop", error_message="no")
    assert step.statements() == []
    with pytest.raises(InvalidParameterError, match="Stack/Stop: properties: a FailStep has none"):
        _ = step.properties


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("x" * 3073, "has 3073 characters; write at most 3072"),
        (5, "is 5; write a text or a pipeline variable"),
    ],
)
def test_refused(stack: cdk.Stack, message: Any, problem: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        FailStep(stack, "Stop", error_message=message)
    assert str(error.value) == f"Stack/Stop: error_message: {problem}"

"""A state machine of the library is checked when it is synthesized, whatever its states are made of."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import InvalidParameterError, WorkflowStateMachine
from tests.rules.check.conftest import definition


def custom(stack: cdk.Stack, **changes: Any) -> sfn.CustomState:
    """The documented labeling task as a custom state, with changes to its request; None takes a field away."""
    state = definition("labeling_with_validation")["States"]["SageMaker CreateLabelingJob"]
    request = {key: value for key, value in {**state["Parameters"], **changes}.items() if value is not None}
    return sfn.CustomState(
        stack, "Label", state_json={"Type": "Task", "Resource": state["Resource"], "Parameters": request}
    )


def test_a_legal_custom_state_passes(stack: cdk.Stack) -> None:
    WorkflowStateMachine(stack, "Workflow", definition=sfn.Chain.start(custom(stack)))


def test_a_mistake_in_a_custom_state_names_construct_state_path_and_rule(stack: cdk.Stack) -> None:
    chain = sfn.Chain.start(custom(stack, LabelingJobName="my_job"))
    with pytest.raises(InvalidParameterError) as error:
        WorkflowStateMachine(stack, "Workflow", definition=chain)
    message = str(error.value)
    assert message.startswith("Stack/Workflow: Label: $.States.Label.Parameters.LabelingJobName: 'my_job' does not")
    assert message.endswith("(pattern)")
    assert "\n" not in message


def test_values_that_are_tokens_pass(stack: cdk.Stack) -> None:
    role = cdk.CfnParameter(stack, "Role").value_as_string
    time = cdk.CfnParameter(stack, "Time", type="Number").value_as_number
    state = custom(stack, RoleArn=role, Tags=[{"Key": "stack", "Value": cdk.Aws.STACK_NAME}])
    chain = sfn.Chain.start(state)
    WorkflowStateMachine(stack, "Workflow", definition=chain.next(sfn.Wait(stack, "Wait", time=_seconds(time))))


def _seconds(token: float) -> sfn.WaitTime:
    return sfn.WaitTime.duration(cdk.Duration.seconds(token))


def test_a_retry_that_would_reuse_a_fixed_name_is_refused(stack: cdk.Stack) -> None:
    state = custom(stack)
    state.add_retry(errors=["States.TaskFailed"])
    with pytest.raises(InvalidParameterError, match=r"Retry\[0\].ErrorEquals: retries States.TaskFailed.*reused-name"):
        WorkflowStateMachine(stack, "Workflow", definition=sfn.Chain.start(state))


def test_a_warning_is_an_annotation(stack: cdk.Stack) -> None:
    state = custom(stack, LabelingJobName=None, **{"LabelingJobName.$": "$$.Execution.Name"})
    WorkflowStateMachine(stack, "Workflow", definition=sfn.Chain.start(state))
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    assert any("execution-name" in str(each.entry.data) for each in found)


def test_what_is_checked_is_what_is_deployed(stack: cdk.Stack) -> None:
    """aws-cdk-lib renders the definition in the constructor; if it did so later, the check would come too early."""
    state = custom(stack)
    machine = WorkflowStateMachine(stack, "Workflow", definition=sfn.Chain.start(state))
    state.add_retry(errors=["States.TaskFailed"])
    assert "Retry" not in str(stack.resolve(machine.node.default_child.definition_string))  # type: ignore[union-attr]

"""Expressions in states of aws-cdk-lib are checked when a state machine of the library is synthesized."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import InvalidParameterError, WorkflowStateMachine

#: Rule, fields of a Pass state that break it, fields that do not.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("jsonata-syntax", {"Output": "{% 'a' & %}"}, {"Output": "{% 'a' & 'b' %}"}),
    ("jsonata-function", {"Output": "{% $size([1]) %}"}, {"Output": "{% $count([1]) %}"}),
    ("jsonata-states", {"Output": "{% $states.result %}"}, {"Output": "{% $states.input %}"}),
    ("unknown-variable", {"Output": "{% $seen %}"}, {"Output": "{% $seen %}", "Assign": {"seen": 1}}),
    ("intrinsic-function", {"Parameters": {"a.$": "States.Uuid()"}}, {"Parameters": {"a.$": "States.UUID()"}}),
    ("intrinsic-arguments", {"Parameters": {"a.$": "States.UUID(1)"}}, {"Parameters": {"a.$": "States.Array(1)"}}),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), CASES)
def test_mistake_ends_the_synthesis(stack: cdk.Stack, rule: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    def state(id: str, fields: dict[str, Any]) -> sfn.Chain:
        language = "JSONata" if "Output" in fields else "JSONPath"
        body = {"Type": "Pass", "QueryLanguage": language, **fields}
        return sfn.Chain.start(sfn.CustomState(stack, id, state_json=body))

    with pytest.raises(InvalidParameterError, match=rf"\({rule}\)$"):
        WorkflowStateMachine(stack, "WrongWorkflow", definition=state("Wrong", wrong))
    WorkflowStateMachine(stack, "RightWorkflow", definition=state("Right", right))

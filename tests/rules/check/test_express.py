"""What AWS documents that an Express workflow does not have; each is legal in a Standard one."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import check_definition


def task(resource: str, **request: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": request, "End": True}


def each(mode: str) -> dict[str, Any]:
    processor = {
        "ProcessorConfig": {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    return {"Type": "Map", "ItemsPath": "$.x", "ItemProcessor": processor, "End": True}


ONLY_STANDARD = {
    "a job of another service": task("arn:aws:states:::glue:startJobRun.sync", JobName="j"),
    "a nested workflow with its output": task("arn:aws:states:::states:startExecution.sync:2", StateMachineArn="a"),
    "a call-back": task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", QueueUrl="u", MessageBody={}),
    "an activity": task("arn:aws:states:eu-west-1:111122223333:activity:approve"),
    "a distributed Map": each("DISTRIBUTED"),
}
BOTH = {
    "a request": task("arn:aws:states:::dynamodb:getItem", TableName="t", Key={}),
    "a function": task("arn:aws:lambda:eu-west-1:111122223333:function:x"),
    "an inline Map": each("INLINE"),
}


def found(state: dict[str, Any], *, is_express: bool) -> list[str]:
    definition = {"StartAt": "S", "States": {"S": state}}
    return [str(each) for each in check_definition(definition, is_express=is_express)]


@pytest.mark.parametrize("name", ONLY_STANDARD)
def test_it_is_one_finding_in_an_express_workflow_and_none_in_a_standard_one(name: str) -> None:
    assert len(found(ONLY_STANDARD[name], is_express=True)) == 1
    assert "an Express workflow" in found(ONLY_STANDARD[name], is_express=True)[0]
    assert found(ONLY_STANDARD[name], is_express=False) == []


@pytest.mark.parametrize("name", BOTH)
def test_what_both_have_is_legal(name: str) -> None:
    assert found(BOTH[name], is_express=True) == []

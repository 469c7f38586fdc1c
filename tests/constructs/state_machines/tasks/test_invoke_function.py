"""Invocation of a Lambda function: of this function alone, with nothing but its answer as the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import InvokeFunction

ARN = "arn:aws:lambda:us-east-1:123456789012:function:seed"


@pytest.fixture
def task(stack: cdk.Stack) -> Callable[..., InvokeFunction]:
    function = lambda_.Function.from_function_arn(stack, "Function", ARN)
    return lambda **options: InvokeFunction(stack, "Invoke", function=function, **options)


def test_state(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(task()).definition()["States"]["Invoke"]
    [retry] = state.pop("Retry")
    assert "Lambda.TooManyRequestsException" in retry["ErrorEquals"]
    assert (retry["MaxAttempts"], retry["JitterStrategy"]) == (3, "FULL")
    assert state == {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": ARN, "Payload.$": "$"},
        "ResultSelector": {"Payload.$": "$.Payload"},
        "End": True,
    }


def test_payload_and_result_selector_may_be_given(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    payload = {"rows": 5, "name": sfn.JsonPath.string_at("$.name")}
    invoke = task(payload=payload, result_selector={"Rows.$": "$.Payload.rows"})
    state = machine(invoke).definition()["States"]["Invoke"]
    assert state["Parameters"]["Payload"] == {"rows": 5, "name.$": "$.name"}
    assert state["ResultSelector"] == {"Rows.$": "$.Payload.rows"}


def test_an_empty_payload_is_empty(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    assert machine(task(payload={})).definition()["States"]["Invoke"]["Parameters"]["Payload"] == {}


def test_policy_grants_the_function_without_versions_and_aliases(
    task: Callable[..., Any], machine: Callable[..., Any]
) -> None:
    assert machine(task()).statements("MachineRole") == [
        {"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": [ARN]}
    ]

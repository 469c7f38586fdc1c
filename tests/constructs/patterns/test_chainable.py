"""A pattern stands in a chain of states as its states do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    BatchInference,
    S3Location,
    WorkflowBucket,
    WorkflowStateMachine,
    XGBoostTraining,
)

Made = tuple[cdk.Stack, sfn.Pass, XGBoostTraining, BatchInference]


@pytest.fixture
def made() -> Made:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1", account="123456789012"))
    bucket = WorkflowBucket(stack, "Bucket")
    training = XGBoostTraining(
        stack, "Training", name_prefix="fraud", train=S3Location(bucket, "a/"), models=S3Location(bucket, "b/")
    )
    inference = BatchInference(
        stack,
        "Inference",
        model_name_prefix="fraud-model",
        transform_name_prefix="fraud-batch",
        model_data_path=training.model_data_path,
        models=S3Location(bucket, "b/"),
        source=S3Location(bucket, "c/"),
        output=S3Location(bucket, "d/"),
    )
    return stack, sfn.Pass(stack, "First"), training, inference


ORDERS: dict[str, Callable[[sfn.Pass, Any, Any], sfn.IChainable]] = {
    "behind a state": lambda first, training, inference: first.next(training).next(inference),
    "behind a pattern": lambda first, training, inference: first.next(training.next(inference)),
    "in a chain": lambda first, training, inference: sfn.Chain.start(first).next(training).next(inference.chain),
}


@pytest.mark.parametrize("order", ORDERS)
def test_in_any_place(made: Made, order: str) -> None:
    stack, first, training, inference = made
    machine = WorkflowStateMachine(stack, "Machine", definition=ORDERS[order](first, training, inference))
    definition = stack.resolve(machine.node.default_child.definition_string)  # type: ignore[union-attr]
    text = (
        definition
        if isinstance(definition, str)
        else "".join(each if isinstance(each, str) else "x" for each in definition["Fn::Join"][1])
    )
    states = json.loads(text)["States"]
    found, name = [], "First"
    while name:
        found.append(name)
        name = states[name].get("Next", "")
    assert found == ["First", "Train model (XGBoost)", "Save Model", "Batch transform"]


def test_as_the_whole_definition(made: Made) -> None:
    stack, _, training, _ = made
    WorkflowStateMachine(stack, "Machine", definition=training)

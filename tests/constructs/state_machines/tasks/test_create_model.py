"""Model: the request of the API, and the name that is handed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    JobName,
    SageMakerCreateModel,
    UnsupportedIntegrationPatternError,
)

ROLE = "arn:aws:iam::123456789012:role/job"


@pytest.fixture
def task(stack: cdk.Stack, role: iam.IRole) -> Callable[..., SageMakerCreateModel]:
    def make(model_data_url: str = "s3://b/model.tar.gz", **options: Any) -> SageMakerCreateModel:
        return SageMakerCreateModel(
            stack,
            "Save",
            model_name=JobName.unique("demo-model"),
            image=FirstPartyImage.xgboost(),
            model_data_url=model_data_url,
            role=role,
            **options,
        )

    return make


def test_state(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(task(environment={"DEBUG": "1"})).definition()["States"]["Save"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createModel"
    name = state["Parameters"].pop("ModelName.$")
    assert name.startswith("States.Format('demo-model-{}', States.Hash(")
    assert state["Parameters"] == {
        "PrimaryContainer": {
            "Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
            "ModelDataUrl": "s3://b/model.tar.gz",
            "Environment": {"DEBUG": "1"},
        },
        "ExecutionRoleArn": ROLE,
    }


@pytest.mark.parametrize(
    "url", ["$.training.Artifact", sfn.JsonPath.string_at("$.training.Artifact")], ids=["path", "token"]
)
def test_the_artifact_may_come_from_an_earlier_state(
    task: Callable[..., Any], machine: Callable[..., Any], url: str
) -> None:
    container = machine(task(url)).definition()["States"]["Save"]["Parameters"]["PrimaryContainer"]
    assert container["ModelDataUrl.$"] == "$.training.Artifact"


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_the_selector_takes_the_models_name_out_of_the_answer(evaluate: Callable[..., Any], partition: str) -> None:
    name = "demo-model-0123456789abcdef0123456789abcdef"
    answer = {"ModelArn": f"arn:{partition}:sagemaker:us-east-1:123456789012:model/{name}"}
    selected = {
        key: evaluate(expression, input=answer) for key, expression in SageMakerCreateModel.MODEL_NAME_SELECTOR.items()
    }
    assert selected == {"ModelName.$": name, "ModelArn.$": answer["ModelArn"]}


def test_policy_of_the_state_machine(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    model = ["arn:aws:sagemaker:us-east-1:123456789012:model/demo-model-*"]
    assert machine(task()).statements("MachineRole") == [
        {"Effect": "Allow", "Action": ["sagemaker:CreateModel"], "Resource": model},
        {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": model},
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [ROLE],
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
    ]


def test_it_cannot_be_waited_for(task: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedIntegrationPatternError, match=r"^Stack/Save: .*write REQUEST_RESPONSE"):
        task(integration_pattern=sfn.IntegrationPattern.RUN_JOB)


def test_an_artifact_that_is_no_url_is_refused(task: Callable[..., Any]) -> None:
    with pytest.raises(InvalidParameterError, match=r"^Stack/Save: PrimaryContainer.ModelDataUrl: .*\(pattern\)"):
        task("model.tar.gz")

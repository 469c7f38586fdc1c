"""A RegisterModel step makes a version with the role of the pipeline, and the group if there is none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local_aws.sagemaker.pipelines.steps import EXECUTORS
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepFailedError, StepRun

ACCOUNT = "arn:aws:sagemaker:us-east-1:123456789012"
SPECIFICATION = {"Containers": [{"Image": "image", "ModelDataUrl": "s3://models/model.tar.gz"}]}
VERSION = ("sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage")

Step = Callable[..., StepRun]


@pytest.fixture
def step(account: Any, sagemaker: Any, name: str) -> Step:
    """Makes a step of a pipeline whose role may do these actions."""

    def make(*actions: str, **arguments: Any) -> StepRun:
        arn = account.role()
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": f"{ACCOUNT}:model-package*/{name}*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        account.iam.put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="registry", PolicyDocument=policy)
        given = {"ModelPackageGroupName": name, "InferenceSpecification": SPECIFICATION, **arguments}
        execution = ExecutionInfo(
            pipeline_name="p",
            pipeline_arn=f"{ACCOUNT}:pipeline/p",
            execution_id="x",
            execution_arn=f"{ACCOUNT}:pipeline/p/execution/x",
            role_arn=arn,
            region="us-east-1",
            account_id="123456789012",
            start_time=datetime.now(UTC),
        )
        definition = {"Name": "Register", "Type": "RegisterModel"}
        services = sagemaker.executions.services
        return StepRun(definition, given, execution, lambda value: value, threading.Event(), services)

    return make


def run(step: StepRun) -> Any:
    return EXECUTORS["RegisterModel"](step)


def test_the_properties_are_those_of_describe_model_package(account: Any, step: Step, name: str) -> None:
    account.sagemaker.create_model_package_group(ModelPackageGroupName=name)
    made = step(*VERSION, ModelApprovalStatus="Approved")
    properties = run(made)
    assert properties["ModelPackageArn"] == f"{ACCOUNT}:model-package/{name}/1"
    assert properties["ModelApprovalStatus"] == "Approved"
    assert properties["InferenceSpecification"]["Containers"] == SPECIFICATION["Containers"]
    assert made.metadata == {"RegisterModel": {"Arn": properties["ModelPackageArn"]}}


def test_a_group_that_does_not_exist_is_created_with_the_tags_of_the_step(account: Any, step: Step, name: str) -> None:
    tags = [{"Key": "team", "Value": "ml"}]
    properties = run(step(*VERSION, "sagemaker:CreateModelPackageGroup", "sagemaker:AddTags", Tags=tags))
    assert properties["ModelPackageVersion"] == 1
    assert account.sagemaker.list_tags(ResourceArn=f"{ACCOUNT}:model-package-group/{name}")["Tags"] == tags


def test_without_the_right_to_create_the_group_the_step_fails_and_says_so(step: Step) -> None:
    with pytest.raises(StepFailedError, match="sagemaker:CreateModelPackageGroup"):
        run(step(*VERSION))


def test_the_role_of_the_pipeline_registers(account: Any, step: Step, name: str) -> None:
    account.sagemaker.create_model_package_group(ModelPackageGroupName=name)
    with pytest.raises(StepFailedError, match="not authorized to perform: sagemaker:CreateModelPackage"):
        run(step("sagemaker:DescribeModelPackage"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [({"ModelApprovalStatus": "Maybe"}, "enum value set"), ({"Colour": "red"}, "Unknown parameter in input: .Colour.")],
)
def test_what_the_registry_refuses_fails_the_step_in_one_line(
    account: Any, step: Step, name: str, arguments: dict[str, Any], reason: str
) -> None:
    account.sagemaker.create_model_package_group(ModelPackageGroupName=name)
    with pytest.raises(StepFailedError, match=reason.replace(".", '"')) as raised:
        run(step(*VERSION, **arguments))
    assert "\n" not in str(raised.value)

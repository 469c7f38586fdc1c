"""A demo's model package group goes with its stack, also when models are registered in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import ModelPackageGroup

NAME = "abalone"


class Registry(cdk.Stack):
    def __init__(self, app: cdk.App) -> None:
        super().__init__(app, "Registry", env=cdk.Environment(account="123456789012", region="us-east-1"))
        ModelPackageGroup(self, "Group", model_package_group_name=NAME, demo=True)


@pytest.fixture
def demo(stack: cdk.Stack, synthesize: Callable[..., Any]) -> Any:
    ModelPackageGroup(stack, "Group", model_package_group_name=NAME, demo=True)
    return synthesize(stack)


def test_a_group_is_left_alone_unless_it_is_a_demos(stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
    ModelPackageGroup(stack, "Group", model_package_group_name=NAME)
    assert not synthesize(stack).of_type("AWS::Lambda::Function")


def test_its_function_may_delete_the_versions_of_this_group_and_nothing_else(demo: Any) -> None:
    statements = {each["Sid"]: each for each in demo.statements("GroupEmptyOnDelete")}
    assert set(statements) == {"WriteLogs", "ListVersions", "DeleteVersions"}
    assert statements["ListVersions"]["Action"] == ["sagemaker:ListModelPackages"]
    assert statements["DeleteVersions"]["Action"] == ["sagemaker:DeleteModelPackage"]
    assert statements["DeleteVersions"]["Resource"] == [
        f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{NAME}/*"
    ]


def test_on_deletion_it_runs_while_function_permissions_and_group_are_still_there(demo: Any) -> None:
    needed = set(demo.only("Custom::EmptyModelPackageGroup")["DependsOn"])
    needed |= set(demo.only("AWS::Lambda::Function")["DependsOn"])
    for kind in ("AWS::Lambda::Function", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::SageMaker::ModelPackageGroup"):
        [logical_id] = demo.of_type(kind)
        assert logical_id in needed, kind


def test_a_stack_whose_group_has_versions_is_deleted(tmp_path: Path) -> None:
    from local_aws import LocalAws
    from local_aws.app import deploy
    from local_aws.app.assembly import Assembly

    app = cdk.App(outdir=str(tmp_path / "cdk.out"))
    Registry(app)
    assembly = Assembly.load(Path(app.synth().directory))
    with LocalAws(work_dir=tmp_path / "work") as aws:
        deploy.deploy_all(aws, assembly)
        client, cloudformation = aws.client("sagemaker"), aws.client("cloudformation")
        for _ in range(3):
            client.create_model_package(ModelPackageGroupName=NAME)
        cloudformation.delete_stack(StackName="Registry")
        for _ in range(100):
            [summary] = cloudformation.list_stacks()["StackSummaries"][:1]
            if not summary["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
        assert summary["StackStatus"] == "DELETE_COMPLETE", summary
        assert client.list_model_package_groups()["ModelPackageGroupSummaryList"] == []

"""Where a construct stands is known without asking Node.js, and is what aws-cdk-lib says."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from constructs import Construct

from sagemaker_workflows import ModelPackageGroup, XGBoostTraining
from sagemaker_workflows._core.place import account_of, path_of, region_of, stack_of


def group(scope: Construct, id: str) -> ModelPackageGroup:
    return ModelPackageGroup(scope, id, model_package_group_name="group")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1", account="123456789012"))


@pytest.mark.parametrize("id", ["Group", "with space", "a/b"])
def test_a_path_is_that_of_its_node(stack: cdk.Stack, id: str) -> None:
    made = group(group(stack, "Outer"), id)
    assert path_of(made) == made.node.path


def test_a_path_below_a_construct_of_somebody_else_and_of_a_stage(stack: cdk.Stack) -> None:
    stage = cdk.Stage(stack, "Stage")
    made = group(Construct(cdk.Stack(stage, "Inner"), "Theirs"), "Group")
    assert path_of(made) == made.node.path == "Stack/Stage/Inner/Theirs/Group"


def test_a_nested_stack_is_the_stack_of_what_it_holds(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(group(stack, "Outer"), "Nested")
    made = group(nested, "Group")
    assert stack_of(made) is nested
    assert stack_of(made) is cdk.Stack.of(made)
    assert stack_of(nested) is nested


def test_region_and_account_are_those_of_the_stack(stack: cdk.Stack) -> None:
    made = group(stack, "Group")
    assert (region_of(made), account_of(made)) == ("eu-west-1", "123456789012")


def test_what_failed_leaves_nothing_behind(stack: cdk.Stack) -> None:
    with pytest.raises(Exception, match="name_prefix"):
        XGBoostTraining(stack, "Made")  # type: ignore[call-arg]
    assert path_of(group(stack, "Made")) == "Stack/Made"

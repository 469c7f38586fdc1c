"""The functions of AWS for built-in labeling tasks, in every region of a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import WorkflowError, ground_truth_function_arn

NAME = "PRE-TextMultiClass"


def test_the_account_is_that_of_the_region(synthesize: Callable[..., Any]) -> None:
    stack = cdk.Stack(cdk.App(), "Anywhere")
    ground_truth_function_arn(stack, "ACS-TextMultiClass")  # shares the mapping
    cdk.CfnOutput(stack, "Arn", value=ground_truth_function_arn(stack, NAME))
    found = synthesize(stack)
    for region, expected in (
        ("eu-west-1", "arn:aws:lambda:eu-west-1:568282634449"),
        ("us-west-2", "arn:aws:lambda:us-west-2:081040173940"),
        ("cn-north-1", "arn:aws-cn:lambda:cn-north-1:ground-truth-is-not-in-this-region"),
    ):
        resolved = found.in_region(region).resolve(found.template["Outputs"]["Arn"]["Value"])
        assert resolved == f"{expected}:function:{NAME}"


def test_in_a_fixed_region_without_them_it_is_an_error() -> None:
    stack = cdk.Stack(cdk.App(), "Fixed", env=cdk.Environment(region="eu-south-1"))
    with pytest.raises(WorkflowError, match=r"^Fixed: Ground Truth has no functions in 'eu-south-1'; deploy to one of"):
        ground_truth_function_arn(stack, NAME)


def test_in_a_fixed_region_there_is_no_mapping(synthesize: Callable[..., Any]) -> None:
    stack = cdk.Stack(cdk.App(), "Fixed", env=cdk.Environment(region="us-east-2"))
    assert ":lambda:us-east-2:266458841044:function:" in ground_truth_function_arn(stack, NAME)
    assert "Mappings" not in synthesize(stack).template or not synthesize(stack).template["Mappings"]

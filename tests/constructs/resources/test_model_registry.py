"""Model package groups: the resource, and what is refused."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from sagemaker_workflows import InvalidParameterError, ModelPackageGroup


def test_the_resource() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    ModelPackageGroup(
        stack, "Group", model_package_group_name="abalone", description="Rings of abalones", tags={"team": "ml"}
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::SageMaker::ModelPackageGroup",
        {
            "ModelPackageGroupName": "abalone",
            "ModelPackageGroupDescription": "Rings of abalones",
            "Tags": [{"Key": "team", "Value": "ml"}],
        },
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model_package_group_name": "a_b"}, "model_package_group_name: 'a_b' is not legal"),
        ({"model_package_group_name": "x" * 64}, "write 1 to 63 letters, digits and inner hyphens"),
        ({"description": "x" * 1025}, "description: has 1025 characters; write at most 1024"),
    ],
)
def test_refused(options: dict[str, Any], message: str) -> None:
    given = {"model_package_group_name": "abalone", **options}
    with pytest.raises(InvalidParameterError) as error:
        ModelPackageGroup(cdk.Stack(cdk.App(), "Stack"), "Group", **given)
    assert str(error.value).startswith("Stack/Group: ")
    assert message in str(error.value)


class TestImported:
    ARN = "arn:aws:sagemaker:eu-west-1:444455556666:model-package-group/abalone"

    def test_by_name(self, stack: cdk.Stack) -> None:
        group = ModelPackageGroup.from_model_package_group_name(stack, "Group", "abalone")
        assert (group.model_package_group_name, group.reference) == ("abalone", "abalone")
        assert group.model_package_group_arn.endswith(":model-package-group/abalone")

    def test_by_arn_requests_call_it_by_its_arn(self, stack: cdk.Stack) -> None:
        group = ModelPackageGroup.from_model_package_group_arn(stack, "Group", self.ARN)
        assert (group.model_package_group_name, group.reference) == ("abalone", self.ARN)
        assert group.model_package_group_arn == self.ARN

    def test_what_is_not_its_arn_is_refused(self, stack: cdk.Stack) -> None:
        with pytest.raises(InvalidParameterError, match="model_package_group_arn: 'abalone' is not the ARN"):
            ModelPackageGroup.from_model_package_group_arn(stack, "Group", "abalone")

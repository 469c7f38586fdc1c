"""Dependencies of resources are found wherever they stand, and mistakes are told before anything is created."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation import names
from local_aws.cloudformation.template import TemplateError, check, creation_order, references


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"Ref": "A"}, {"A"}),
        ({"Fn::GetAtt": ["A", "Arn"]}, {"A"}),
        ({"Fn::GetAtt": "A.Arn"}, {"A"}),
        ({"Fn::Sub": "x-${A}-${B.Arn}-${!C}-$D"}, {"A", "B"}),
        ({"Fn::Sub": ["${A}${V}", {"V": {"Ref": "B"}}]}, {"A", "B"}),
        ({"Fn::Join": ["", ["arn:", {"Ref": "A"}, {"Fn::If": ["C", {"Ref": "B"}, ""]}]]}, {"A", "B"}),
        ({"Text": "${A}"}, set()),
    ],
)
def test_references_are_found_in_every_function(node: Any, expected: set[str]) -> None:
    assert references({"Property": [node]}) == expected


def test_resources_come_after_what_they_depend_on() -> None:
    resources = {
        "Last": {"DependsOn": "Middle"},
        "Middle": {"Properties": {"Name": {"Ref": "First"}}},
        "First": {},
    }
    assert creation_order(resources) == ["First", "Middle", "Last"]


def test_a_circle_is_told_by_its_members() -> None:
    resources = {"A": {"DependsOn": ["B"]}, "B": {"Properties": {"x": {"Ref": "A"}}}, "C": {}}
    with pytest.raises(TemplateError, match=r"Circular dependency between resources: \[A, B\]"):
        creation_order(resources)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({"Resources": {}}, "At least one Resources member must be defined"),
        ({"Resources": {"A": {"Properties": {"x": {"Ref": "B"}}}}}, r"dependencies \[B\] in the Resources block"),
        ({"Resources": {"A": {"DependsOn": "B"}}}, r"dependencies \[B\] in the Resources block"),
        (
            {"Resources": {"A": {}}, "Outputs": {"O": {"Value": {"Fn::GetAtt": ["B", "Arn"]}}}},
            r"dependencies \[B\] in the Outputs block",
        ),
    ],
)
def test_mistakes_have_cloudformations_own_message(template: dict[str, Any], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        check(template)


@pytest.mark.parametrize(
    "template",
    [
        {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": {}}},
        {"Resources": {"A": {"Properties": {"x": {"Fn::Transform": {}}}}}},
    ],
)
def test_macros_are_refused_by_name(template: dict[str, Any]) -> None:
    with pytest.raises(NotSupportedLocallyError, match="Transform"):
        check(template)


@pytest.mark.parametrize(
    ("resource_type", "longest"), [("AWS::IAM::Role", 64), ("AWS::S3::Bucket", 63), ("AWS::Lambda::Function", 64)]
)
@pytest.mark.parametrize("lengths", [(4, 8), (4, 100), (100, 4), (100, 100)])
def test_generated_names_fit(resource_type: str, longest: int, lengths: tuple[int, int]) -> None:
    stack, logical_id = ("S" * lengths[0], "L" * lengths[1])
    name = names.generate(resource_type, stack, logical_id)
    assert len(name) <= longest
    stack_part, logical_part, suffix = name.upper().split("-")
    assert stack.startswith(stack_part)
    assert logical_id.startswith(logical_part)
    assert len(suffix) == 12
    assert stack_part
    assert logical_part
    assert name != names.generate(resource_type, stack, logical_id)

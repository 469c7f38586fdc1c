"""Names that accounts know each other by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import WorkflowError
from sagemaker_workflows.mlops import Accounts, Registry, role_arn

S = "111111111111"
Synthesize = Callable[[cdk.Stack], Any]


@pytest.fixture
def registry() -> Registry:
    return Registry.named("diabetes", account=S, region="eu-west-1")


@pytest.fixture
def resolved(stack: cdk.Stack, synthesize: Synthesize) -> Callable[[str], str]:
    """An ARN in the partition of a region."""

    def resolve(value: str) -> str:
        cdk.CfnOutput(stack, "Value", value=value)
        found = synthesize(stack)
        return str(found.resolve(found.template["Outputs"]["Value"]["Value"]))

    return resolve


def test_a_role_arn_is_of_the_partition_of_its_stack(resolved: Callable[[str], str]) -> None:
    assert resolved(role_arn(S, "sagemaker-mlops-model")) == f"arn:aws:iam::{S}:role/sagemaker-mlops-model"


@pytest.mark.parametrize("account", ["", "11111111111", "1111111111111", "11111111111a", "１１１１１１１１１１１１"])
def test_an_account_id_has_12_digits(account: str) -> None:
    with pytest.raises(WorkflowError, match=r"^qa account: '.*' is not an account id; write 12 digits$"):
        Accounts(S, S, S, account, S)


def test_workloads_are_one_where_qa_and_production_are() -> None:
    assert Accounts.single(S).workloads == (S,)
    assert Accounts(S, S, S, "2" * 12, "3" * 12).workloads == ("2" * 12, "3" * 12)


def test_the_bucket_is_named_after_group_account_and_region(registry: Registry) -> None:
    assert registry.bucket_name == f"sagemaker-mlops-diabetes-{S}-eu-west-1"
    assert registry.endpoint_name("QA") == "diabetes-qa"


def test_arns(registry: Registry, resolved: Callable[[str], str]) -> None:
    assert resolved(f"{registry.group_arn} {registry.package_arns} {registry.artifact_arns}").split() == [
        f"arn:aws:sagemaker:eu-west-1:{S}:model-package-group/diabetes",
        f"arn:aws:sagemaker:eu-west-1:{S}:model-package/diabetes/*",
        f"arn:aws:s3:::sagemaker-mlops-diabetes-{S}-eu-west-1/models/*",
    ]


def test_a_key_whose_arn_is_not_known_goes_by_its_alias(registry: Registry, resolved: Callable[[str], str]) -> None:
    assert registry.key_conditions == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/sagemaker-mlops-diabetes"}
    }
    assert resolved(f"{registry.key_resource} {registry.key_alias_arn}").split() == [
        f"arn:aws:kms:eu-west-1:{S}:key/*",
        f"arn:aws:kms:eu-west-1:{S}:alias/sagemaker-mlops-diabetes",
    ]


def test_a_key_whose_arn_is_known_goes_by_it() -> None:
    arn = f"arn:aws:kms:eu-west-1:{S}:key/0f1e2d3c"
    known = Registry.named("diabetes", account=S, region="eu-west-1", key_arn=arn)
    assert (known.key_resource, known.key_conditions) == (arn, {})


def test_a_group_name_leaves_room_for_the_name_of_its_bucket() -> None:
    Registry.named("g" * 24, account=S, region="eu-west-1")
    with pytest.raises(WorkflowError, match=r"is too long for the name of its bucket; write at most 24 characters$"):
        Registry.named("g" * 25, account=S, region="eu-west-1")


@pytest.mark.parametrize("group", ["", "Diabetes", "a--b", "-a", "a_b"])
def test_a_group_name_is_one_that_a_bucket_can_have(group: str) -> None:
    with pytest.raises(WorkflowError, match="write lower-case letters, digits and single hyphens"):
        Registry.named(group, account=S, region="eu-west-1")

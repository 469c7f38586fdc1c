"""The registry: what it creates, and who may be an approver. Its policies: tests/mlops/test_access_matrix.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.mlops import Accounts, ModelRegistry, Registry

S, D, P, Q, R = (str(number) * 12 for number in range(1, 6))
ACCOUNTS = Accounts(S, D, P, Q, R)
REGISTRY = Registry.named("diabetes", account=S, region="eu-west-1")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Shared", env=cdk.Environment(account=S, region="eu-west-1"))


@pytest.fixture
def create(stack: cdk.Stack, synthesize: Callable[[cdk.Stack], Any]) -> Callable[..., Any]:
    def run(accounts: Accounts = ACCOUNTS, **arguments: Any) -> Any:
        ModelRegistry(stack, "Registry", registry=REGISTRY, accounts=accounts, **arguments)
        return synthesize(stack)

    return run


def test_bucket_and_key_have_the_names_that_other_accounts_know(create: Callable[..., Any]) -> None:
    found = create()
    bucket = found.only("AWS::S3::Bucket")["Properties"]
    assert bucket["BucketName"] == REGISTRY.bucket_name
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    default = encryption["ServerSideEncryptionByDefault"]
    assert (default["SSEAlgorithm"], default["KMSMasterKeyID"][:12]) == ("aws:kms", "<RegistryKey")
    assert found.only("AWS::KMS::Alias")["Properties"]["AliasName"] == "alias/sagemaker-mlops-diabetes"
    assert found.only("AWS::KMS::Key")["Properties"]["EnableKeyRotation"] is True
    assert found.only("AWS::SageMaker::ModelPackageGroup")["Properties"]["ModelPackageGroupName"] == "diabetes"


def policies(found: Any) -> list[dict[str, Any]]:
    group = found.only("AWS::SageMaker::ModelPackageGroup")["Properties"]["ModelPackageGroupPolicy"]
    bucket = found.only("AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]
    key = found.only("AWS::KMS::Key")["Properties"]["KeyPolicy"]
    return [*group["Statement"], *bucket["Statement"], *key["Statement"]]


def test_what_is_allowed_to_another_account_is_allowed_to_named_roles(create: Callable[..., Any]) -> None:
    for statement in policies(create()):
        if statement["Effect"] == "Allow" and statement["Sid"] != "AdministerButDoNotUse":
            roles = statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]
            for role in roles if isinstance(roles, list) else [roles]:
                assert ":role/sagemaker-mlops-" in role
                assert "*" not in role


def test_no_policy_names_a_role_as_principal_which_need_not_exist_yet(create: Callable[..., Any]) -> None:
    assert not [each for each in policies(create()) if ":role/" in json.dumps(each["Principal"])]


def test_no_policy_knows_acls_or_keys_that_aws_manages(create: Callable[..., Any]) -> None:
    text = json.dumps(create().template)
    assert "Acl" not in text.replace("BlockPublicAcls", "").replace("IgnorePublicAcls", "")
    assert "alias/aws/" not in text


def test_the_group_policy_fits_into_what_the_service_takes(create: Callable[..., Any]) -> None:
    group = create().only("AWS::SageMaker::ModelPackageGroup")["Properties"]["ModelPackageGroupPolicy"]
    assert len(json.dumps(group)) < 20480


@pytest.mark.parametrize(("demo", "policy"), [(False, "Retain"), (True, "Delete")])
def test_group_bucket_and_key_are_kept_unless_this_is_a_demo(
    create: Callable[..., Any], demo: bool, policy: str
) -> None:
    found = create(demo=demo)
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SageMaker::ModelPackageGroup"):
        assert found.only(kind)["DeletionPolicy"] == policy


def trust(found: Any) -> list[dict[str, Any]]:
    [role] = [
        each["Properties"]
        for each in found.of_type("AWS::IAM::Role").values()
        if each["Properties"].get("RoleName") == "sagemaker-mlops-approver"
    ]
    statements: list[dict[str, Any]] = role["AssumeRolePolicyDocument"]["Statement"]
    return statements


def test_approvers_are_those_given(create: Callable[..., Any]) -> None:
    given = [f"arn:aws:iam::{S}:role/risk/lead", f"arn:aws:iam::{P}:user/anna"]
    assert [each["Principal"]["AWS"] for each in trust(create(approvers=given))] == given


def test_without_approvers_the_account_of_the_registry_decides(create: Callable[..., Any]) -> None:
    [statement] = trust(create())
    assert statement["Principal"]["AWS"] == S


def test_no_role_that_trains_or_deploys_becomes_approver(create: Callable[..., Any]) -> None:
    [statement] = trust(create(Accounts.single(S)))
    assert statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{S}:role/sagemaker-mlops-*"]}}


@pytest.mark.parametrize(
    ("approver", "problem"),
    [
        (D, "would approve what it trains or deploys; name somebody else"),
        (f"arn:aws:iam::{D}:user/anna", "would approve what it trains or deploys; name somebody else"),
        (f"arn:aws:iam::{P}:role/sagemaker-mlops-deployment", "would approve what it trains or deploys"),
        ("anna", "is not a principal; write the ARN of a role or user, or an account id of 12 digits"),
        ("*", "is not a principal"),
        (f"arn:aws:iam::{S}:root", "is not a principal"),
    ],
)
def test_an_approver_is_somebody_and_not_of_data_science(
    create: Callable[..., Any], approver: str, problem: str
) -> None:
    with pytest.raises(InvalidParameterError, match=f"^Shared/Registry: approvers: .* {problem}"):
        create(approvers=[approver])


def test_the_stack_is_where_the_registry_is(synthesize: Callable[[cdk.Stack], Any]) -> None:
    stack = cdk.Stack(cdk.App(), "Shared", env=cdk.Environment(account=D, region="eu-west-1"))
    with pytest.raises(InvalidParameterError, match=f"its account is {S}, the stack's is {D}; write the same"):
        ModelRegistry(stack, "Registry", registry=REGISTRY, accounts=ACCOUNTS)

"""Model package groups: made once, found by name and ARN, deleted empty, with a policy of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package-group"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sagemaker:*", "Resource": "*"}],
    }
)


def test_a_group_is_described_by_name_and_by_arn(account: Any, name: str) -> None:
    request = {"ModelPackageGroupDescription": "abalone", "Tags": [{"Key": "team", "Value": "ml"}]}
    made = account.sagemaker.create_model_package_group(ModelPackageGroupName=name, **request)
    assert made["ModelPackageGroupArn"] == f"{ARN}/{name}"
    for each in (name, f"{ARN}/{name}"):
        found = account.sagemaker.describe_model_package_group(ModelPackageGroupName=each)
        assert found["ModelPackageGroupName"] == name
        assert found["ModelPackageGroupDescription"] == "abalone"
        assert found["ModelPackageGroupStatus"] == "Completed"
    tags = account.sagemaker.list_tags(ResourceArn=f"{ARN}/{name}")["Tags"]
    assert tags == request["Tags"]


def test_a_second_group_of_the_same_name_is_refused(account: Any, group: str, refused: Any) -> None:
    create = account.sagemaker.create_model_package_group
    assert refused(create, ModelPackageGroupName=group) == f"Model Package Group already exists: {ARN}/{group}"


@pytest.mark.parametrize("name", ["under_score", "-a", "a" * 64])
def test_a_name_outside_the_bounds_is_refused(account: Any, name: str, refused: Any) -> None:
    assert "modelPackageGroupName" in refused(account.sagemaker.create_model_package_group, ModelPackageGroupName=name)


def test_a_group_that_does_not_exist_is_told_with_its_arn(account: Any, refused: Any) -> None:
    describe = account.sagemaker.describe_model_package_group
    assert refused(describe, ModelPackageGroupName="none") == f"ModelPackageGroup {ARN}/none does not exist."


def test_groups_are_listed_page_by_page(account: Any, name: str) -> None:
    names = [f"{name}-{letter}" for letter in "bac"]
    for each in names:
        account.sagemaker.create_model_package_group(ModelPackageGroupName=each)
    pages = account.sagemaker.get_paginator("list_model_package_groups").paginate(
        NameContains=name, SortBy="Name", PaginationConfig={"PageSize": 2}
    )
    found = [[row["ModelPackageGroupName"] for row in page["ModelPackageGroupSummaryList"]] for page in pages]
    assert found == [[f"{name}-a", f"{name}-b"], [f"{name}-c"]]


def test_only_an_empty_group_is_deleted(account: Any, group: str, register: Any, refused: Any) -> None:
    version = register()
    delete = account.sagemaker.delete_model_package_group
    assert "still contains Model Packages" in refused(delete, ModelPackageGroupName=group)
    account.sagemaker.delete_model_package(ModelPackageName=version)
    delete(ModelPackageGroupName=group)
    assert "does not exist" in refused(account.sagemaker.describe_model_package_group, ModelPackageGroupName=group)


def test_a_policy_is_put_got_and_deleted(account: Any, group: str, refused: Any) -> None:
    sagemaker, name = account.sagemaker, {"ModelPackageGroupName": group}
    assert "Cannot find resource policy" in refused(sagemaker.get_model_package_group_policy, **name)
    sagemaker.put_model_package_group_policy(**name, ResourcePolicy=POLICY)
    assert sagemaker.get_model_package_group_policy(**name)["ResourcePolicy"] == POLICY
    sagemaker.delete_model_package_group_policy(**name)
    assert "Cannot find resource policy" in refused(sagemaker.delete_model_package_group_policy, **name)


@pytest.mark.parametrize(
    ("policy", "reason"),
    [("{", "JSON"), ('{"Statement": [{"Effect": "Allow"}]}', "statement 0 has no Principal")],
)
def test_a_policy_that_is_none_is_refused(account: Any, group: str, policy: str, reason: str, refused: Any) -> None:
    put = account.sagemaker.put_model_package_group_policy
    assert reason in refused(put, ModelPackageGroupName=group, ResourcePolicy=policy)

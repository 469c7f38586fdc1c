"""Model packages: numbered versions that keep what they were given, and change only what an update names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import LocalAws

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package"
REPORT = {"ContentType": "application/json", "S3Uri": "s3://reports/evaluation.json"}
GIVEN = {
    "ModelPackageDescription": "abalone",
    "ModelApprovalStatus": "Approved",
    "ModelMetrics": {"ModelQuality": {"Statistics": REPORT}},
    "DriftCheckBaselines": {"ModelDataQuality": {"Statistics": REPORT, "Constraints": REPORT}},
    "CustomerMetadataProperties": {"rmse": "2.1"},
    "MetadataProperties": {"CommitId": "abc", "GeneratedBy": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p"},
    "SourceUri": "s3://source/code",
    "SkipModelValidation": "None",
    "Domain": "MACHINE_LEARNING",
    "Task": "REGRESSION",
    "SamplePayloadUrl": "s3://samples/payload.tar.gz",
    "ModelLifeCycle": {"Stage": "Development", "StageStatus": "PendingApproval", "StageDescription": "new"},
}

ONE_CONTAINER = {"Containers": [{"Image": "i"}]}
WITH_INSTANCES = {
    **ONE_CONTAINER,
    "SupportedTransformInstanceTypes": ["ml.m5.large"],
    "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
}
VALIDATION = {
    "ValidationRole": "arn:aws:iam::123456789012:role/r",
    "ValidationProfiles": [
        {
            "ProfileName": "p",
            "TransformJobDefinition": {
                "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/k"}}},
                "TransformOutput": {"S3OutputPath": "s3://b/o"},
                "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
            },
        }
    ],
}


class TestCreation:
    def test_versions_are_numbered_and_wait_for_approval(self, account: Any, group: str, register: Any) -> None:
        assert [register(), register()] == [f"{ARN}/{group}/1", f"{ARN}/{group}/2"]
        found = account.sagemaker.describe_model_package(ModelPackageName=f"{ARN}/{group}/2")
        assert found["ModelPackageGroupName"] == group
        assert found["ModelPackageVersion"] == 2
        assert found["ModelApprovalStatus"] == "PendingManualApproval"
        assert found["ModelPackageStatus"] == "Completed"

    def test_the_number_of_a_deleted_version_does_not_come_back(self, account: Any, group: str, register: Any) -> None:
        account.sagemaker.delete_model_package(ModelPackageName=register())
        assert register() == f"{ARN}/{group}/2"

    def test_everything_that_was_given_comes_back(self, account: Any, register: Any) -> None:
        found = account.sagemaker.describe_model_package(ModelPackageName=register(**GIVEN))
        assert {key: found[key] for key in GIVEN} == GIVEN
        assert found["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == "s3://models/model.tar.gz"

    def test_a_group_may_be_named_by_its_arn(self, group: str, register: Any) -> None:
        arn = f"{ARN}-group/{group}"
        assert register(ModelPackageGroupName=arn) == f"{ARN}/{group}/1"

    def test_the_same_client_token_registers_once(self, register: Any) -> None:
        assert register(ClientToken="once") == register(ClientToken="once")

    def test_a_package_without_a_group_has_a_name_and_no_approval_status(self, account: Any, name: str) -> None:
        sagemaker = account.sagemaker
        made = sagemaker.create_model_package(ModelPackageName=name, InferenceSpecification=WITH_INSTANCES)
        assert made["ModelPackageArn"] == f"{ARN}/{name}"
        assert "ModelApprovalStatus" not in sagemaker.describe_model_package(ModelPackageName=name)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"ModelPackageGroupName": "none"}, "Model Package Group does not exist."),
            ({"ModelPackageName": "both"}, "Cannot determine which one to use"),
            ({"ModelApprovalStatus": "Maybe"}, "Member must satisfy enum value set: [Approved, Rejected, Pending"),
            ({"Tags": [{"Key": "k", "Value": "v"}]}, "Tags does not apply to versioned model packages"),
            ({"ValidationSpecification": VALIDATION}, "ValidationSpecification"),
        ],
    )
    def test_what_the_registry_does_not_take(
        self, account: Any, group: str, changes: Any, reason: str, refused: Any
    ) -> None:
        request = {"ModelPackageGroupName": group, "InferenceSpecification": ONE_CONTAINER}
        assert reason in refused(account.sagemaker.create_model_package, **(request | changes))

    def test_neither_name_nor_group(self, account: Any, refused: Any) -> None:
        assert refused(account.sagemaker.create_model_package, ModelPackageDescription="x").startswith("Missing ARN.")


class TestUpdate:
    def test_approval_changes_nothing_else(self, account: Any, register: Any) -> None:
        arn = register(**GIVEN | {"ModelApprovalStatus": "PendingManualApproval"})
        account.sagemaker.update_model_package(
            ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="good"
        )
        found = account.sagemaker.describe_model_package(ModelPackageName=arn)
        assert (found["ModelApprovalStatus"], found["ApprovalDescription"]) == ("Approved", "good")
        assert {key: found[key] for key in GIVEN} == GIVEN
        assert found["LastModifiedTime"] >= found["CreationTime"]

    def test_metadata_properties_are_added_and_removed_one_by_one(self, account: Any, register: Any) -> None:
        arn = register(CustomerMetadataProperties={"a": "1", "b": "2"})
        account.sagemaker.update_model_package(
            ModelPackageArn=arn, CustomerMetadataProperties={"c": "3"}, CustomerMetadataPropertiesToRemove=["a"]
        )
        found = account.sagemaker.describe_model_package(ModelPackageName=arn)
        assert found["CustomerMetadataProperties"] == {"b": "2", "c": "3"}

    def test_the_stage_of_the_life_cycle_is_recorded(self, account: Any, register: Any) -> None:
        arn = register()
        stage = {"Stage": "QA", "StageStatus": "Approved", "StageDescription": "deployed"}
        account.sagemaker.update_model_package(ModelPackageArn=arn, ModelLifeCycle=stage)
        assert account.sagemaker.describe_model_package(ModelPackageName=arn)["ModelLifeCycle"] == stage

    def test_inference_specifications_are_added_under_new_names(
        self, account: Any, register: Any, refused: Any
    ) -> None:
        arn = register()
        more = [{"Name": "small", "Containers": [{"Image": "i"}]}]
        update = account.sagemaker.update_model_package
        update(ModelPackageArn=arn, AdditionalInferenceSpecificationsToAdd=more)
        found = account.sagemaker.describe_model_package(ModelPackageName=arn)
        assert found["AdditionalInferenceSpecifications"] == more
        assert "small exists already" in refused(
            update, ModelPackageArn=arn, AdditionalInferenceSpecificationsToAdd=more
        )

    def test_an_unknown_version_is_told_with_its_arn(self, account: Any, group: str, refused: Any) -> None:
        arn = f"{ARN}/{group}/7"
        update = account.sagemaker.update_model_package
        assert refused(update, ModelPackageArn=arn, ModelApprovalStatus="Approved") == (
            f"ModelPackage {arn} does not exist."
        )


class TestLists:
    def test_the_latest_approved_version_is_found_as_deployers_ask_for_it(
        self, account: Any, group: str, register: Any
    ) -> None:
        arns = [register(ModelApprovalStatus=each) for each in ("Approved", "Approved", "Rejected")]
        found = account.sagemaker.list_model_packages(
            ModelPackageGroupName=group,
            ModelApprovalStatus="Approved",
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=1,
        )
        [summary] = found["ModelPackageSummaryList"]
        assert summary["ModelPackageArn"] == arns[1]
        assert (summary["ModelPackageVersion"], summary["ModelPackageGroupName"]) == (2, group)

    def test_pages_follow_each_other_in_order(self, account: Any, group: str, register: Any) -> None:
        arns = [register() for _ in range(5)]
        pages = account.sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, PaginationConfig={"PageSize": 2}
        )
        found = [[each["ModelPackageArn"] for each in page["ModelPackageSummaryList"]] for page in pages]
        assert found == [arns[0:2], arns[2:4], arns[4:]]

    def test_without_a_group_only_packages_without_versions_are_listed(
        self, account: Any, name: str, register: Any
    ) -> None:
        versioned = register()
        account.sagemaker.create_model_package(ModelPackageName=name, InferenceSpecification=WITH_INSTANCES)
        listed = account.sagemaker.list_model_packages
        arns = [each["ModelPackageArn"] for each in listed()["ModelPackageSummaryList"]]
        assert f"{ARN}/{name}" in arns
        assert versioned not in arns
        both = listed(ModelPackageType="Both", MaxResults=100)["ModelPackageSummaryList"]
        assert {f"{ARN}/{name}", versioned} <= {each["ModelPackageArn"] for each in both}


def test_a_group_of_another_account_is_reached_by_its_arn(aws: LocalAws, account: Any) -> None:
    theirs = aws.sessions.client("sagemaker", account="210987654321")
    arn = theirs.create_model_package_group(ModelPackageGroupName="theirs")["ModelPackageGroupArn"]
    principal = {"AWS": "arn:aws:iam::123456789012:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sagemaker:*", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    theirs.put_model_package_group_policy(ModelPackageGroupName="theirs", ResourcePolicy=policy)
    found = account.sagemaker.describe_model_package_group(ModelPackageGroupName=arn)
    assert found["ModelPackageGroupArn"] == arn


def test_another_region_is_out_of_reach(account: Any, refused: Any) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/group/1"
    assert "not of region us-east-1" in refused(account.sagemaker.describe_model_package, ModelPackageName=arn)

"""The bucket: closed, encrypted, versioned, and kept unless the stack is a demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import WorkflowBucket


@pytest.fixture
def properties(stack: cdk.Stack, synthesize: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    def build(**options: Any) -> dict[str, Any]:
        WorkflowBucket(stack, "Data", **options)
        buckets = synthesize(stack).of_type("AWS::S3::Bucket")
        [found] = [each["Properties"] for key, each in buckets.items() if key.startswith("Data")]
        return dict(found)

    return build


def test_public_access_is_blocked_in_all_four_ways(properties: Callable[..., Any]) -> None:
    assert properties()["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_acls_are_off(properties: Callable[..., Any]) -> None:
    assert properties()["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_it_is_versioned_and_drops_uploads_that_nobody_finished(properties: Callable[..., Any]) -> None:
    found = properties()
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = found["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 7})


def test_requests_without_tls_are_denied(stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
    WorkflowBucket(stack, "Data")
    policy = synthesize(stack).only("AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]
    [statement] = policy["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Action"] == "s3:*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [bucket, objects] = statement["Resource"]
    assert objects == f"{bucket}/*"


def test_keys_are_managed_by_s3_by_default(properties: Callable[..., Any]) -> None:
    assert properties()["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]


def test_a_key_that_is_given_is_used_with_a_bucket_key(stack: cdk.Stack, properties: Callable[..., Any]) -> None:
    arn = "arn:aws:kms:us-east-1:123456789012:key/k"
    found = properties(encryption_key=kms.Key.from_key_arn(stack, "Key", arn))
    assert found["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn},
        }
    ]


def test_access_logs_go_to_a_bucket_that_is_given(stack: cdk.Stack, properties: Callable[..., Any]) -> None:
    found = properties(server_access_logs_bucket=s3.Bucket(stack, "AccessLogs"))
    assert found["LoggingConfiguration"]["DestinationBucketName"].startswith("<AccessLogs")


def test_it_is_kept_on_stack_deletion(stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
    WorkflowBucket(stack, "Data")
    synthesized = synthesize(stack)
    bucket = synthesized.only("AWS::S3::Bucket")
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert not synthesized.of_type("AWS::Lambda::Function")
    assert not synthesized.of_type("Custom::EmptyBucket")


class TestDemo:
    @pytest.fixture
    def demo(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> Any:
        WorkflowBucket(stack, "Data", demo=True)
        return synthesize(stack)

    def test_it_is_deleted(self, demo: Any) -> None:
        bucket = demo.only("AWS::S3::Bucket")
        assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Delete", "Delete")

    def test_a_custom_resource_empties_it(self, demo: Any) -> None:
        [bucket], [function] = demo.of_type("AWS::S3::Bucket"), demo.of_type("AWS::Lambda::Function")
        properties = demo.only("Custom::EmptyBucket")["Properties"]
        assert properties["BucketName"] == f"<{bucket}>"
        assert properties["ServiceToken"] == f"<{function}.Arn>"

    def test_its_function_may_empty_this_bucket_and_nothing_else(self, demo: Any) -> None:
        [bucket] = demo.of_type("AWS::S3::Bucket")
        statements = {each["Sid"]: each for each in demo.statements("DataEmptyOnDelete")}
        assert set(statements) == {"WriteLogs", "ListVersionsAndUploads", "DeleteObjects"}
        assert statements["ListVersionsAndUploads"]["Resource"] == [f"<{bucket}.Arn>"]
        assert statements["ListVersionsAndUploads"]["Action"] == [
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
        ]
        assert statements["DeleteObjects"]["Resource"] == [f"<{bucket}.Arn>/*"]
        assert statements["DeleteObjects"]["Action"] == [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
        ]

    def test_on_deletion_it_runs_while_function_permissions_and_bucket_are_still_there(self, demo: Any) -> None:
        needed = set(demo.only("Custom::EmptyBucket")["DependsOn"])
        needed |= set(demo.only("AWS::Lambda::Function")["DependsOn"])
        for kind in ("AWS::Lambda::Function", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::S3::BucketPolicy"):
            [logical_id] = demo.of_type(kind)
            assert logical_id in needed, kind

    def test_it_has_no_managed_policy(self, demo: Any) -> None:
        assert all("ManagedPolicyArns" not in each["Properties"] for each in demo.of_type("AWS::IAM::Role").values())

"""What is wrong with the IAM, KMS and S3 of stock moto, by the module of the patch that mends it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws
from moto.core import enable_iam_authentication
from moto.iam.models import IAMBackend, get_account_id_from
from moto.kms.models import kms_backends
from moto.s3.models import FakeBucket

REGION = "us-east-1"


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@mock_aws
def a_call_is_checked_against_every_resource() -> bool:
    """A role with a grant on ``model/*`` is refused: the resource of the call is ``*`` to moto."""
    iam, sts = boto3.client("iam", REGION), boto3.client("sts", REGION)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
    grant = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "arn:aws:sagemaker:*:*:model/*"}
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=_document(grant))
    keys = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
    with enable_iam_authentication():
        try:
            session.client("sagemaker").describe_model(ModelName="m")
        except Exception as error:
            return "is not authorized to perform: sagemaker:DescribeModel" in str(error)
    return False


def other_access_keys_have_no_account() -> bool:
    return get_account_id_from("111111111111") == "123456789012"


def a_bucket_policy_denies_whether_or_not_its_condition_is_met() -> bool:
    bucket_class: Any = FakeBucket
    bucket = bucket_class(name="b", account_id="123456789012", region_name=REGION)
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}
    bucket.policy = _document({**denial, "Condition": condition}).encode()
    return bool(bucket.get_permission("s3:GetObject", "arn:aws:s3:::b/k").name == "DENIED")


@mock_aws
def managed_keys_have_the_policy_of_a_customers_key() -> bool:
    kms: Any = kms_backends["123456789012"][REGION]
    key = kms.keys[kms.get_key_id_from_alias("alias/aws/s3")]
    [statement] = json.loads(key.policy)["Statement"]
    return bool((key.key_manager, statement["Action"]) == ("CUSTOMER", "kms:*"))


@mock_aws
def keys_of_objects_are_kept_as_they_were_named() -> bool:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"", ServerSideEncryption="aws:kms")
    unnamed = s3.head_object(Bucket="bucket", Key="k").get("SSEKMSKeyId")
    s3.put_object(Bucket="bucket", Key="k", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId="id")
    return (unnamed, s3.head_object(Bucket="bucket", Key="k")["SSEKMSKeyId"]) == (None, "id")


def each_backend_parses_all_policies_of_aws() -> bool:
    return "json.loads(aws_managed_policies_data)" in inspect.getsource(IAMBackend._init_aws_policies)


FAULTS: dict[str, list[Callable[[], bool]]] = {
    "iam.patches.aws_managed_policies": [each_backend_parses_all_policies_of_aws],
    "iam.patches.bucket_policy": [a_bucket_policy_denies_whether_or_not_its_condition_is_met],
    "iam.patches.managed_keys": [managed_keys_have_the_policy_of_a_customers_key],
    "iam.patches.object_keys": [keys_of_objects_are_kept_as_they_were_named],
    "iam.patches.request_authorization": [a_call_is_checked_against_every_resource, other_access_keys_have_no_account],
}

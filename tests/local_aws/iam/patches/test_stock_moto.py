"""What is wrong in stock moto. When one of these tests fails, upstream is mended and the patch that it names can go."""

from __future__ import annotations

import subprocess
import sys
import textwrap


def stock(code: str) -> str:
    """Output of a program in a process where nothing is patched."""
    program = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.strip()


def test_request_authorization_checks_sagemaker_against_every_resource() -> None:
    """A role with a grant on ``model/*`` is refused: the resource of the call is ``*`` to moto."""
    code = """
        import boto3, json
        from moto import mock_aws
        from moto.core import enable_iam_authentication

        region = {"region_name": "us-east-1"}
        statement = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "arn:aws:sagemaker:*:*:model/*"}
        with mock_aws():
            iam = boto3.client("iam", **region)
            trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            trusting = json.dumps({"Version": "2012-10-17", "Statement": trust})
            role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
            document = json.dumps({"Version": "2012-10-17", "Statement": statement})
            iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=document)
            sts = boto3.client("sts", **region)
            credentials = sts.assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
            keys = ("AccessKeyId", "SecretAccessKey", "SessionToken")
            sagemaker = boto3.Session(*(credentials[key] for key in keys)).client("sagemaker", **region)
            with enable_iam_authentication():
                try:
                    sagemaker.describe_model(ModelName="m")
                except Exception as error:
                    print(error)
    """
    assert "is not authorized to perform: sagemaker:DescribeModel" in stock(code)


def test_bucket_policy_denies_whether_or_not_its_condition_is_met() -> None:
    code = """
        import json
        from moto.s3.models import FakeBucket

        bucket = FakeBucket(name="b", account_id="123456789012", region_name="us-east-1")
        statement = {
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*",
            "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        }
        bucket.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
        print(bucket.get_permission("s3:GetObject", "arn:aws:s3:::b/k").name)
    """
    assert stock(code) == "DENIED"


def test_managed_keys_have_the_policy_of_a_customers_key() -> None:
    code = """
        import json
        from moto.kms.models import kms_backends

        kms = kms_backends["123456789012"]["us-east-1"]
        key = kms.keys[kms.get_key_id_from_alias("alias/aws/s3")]
        [statement] = json.loads(key.policy)["Statement"]
        print(key.key_manager, statement["Action"], statement["Principal"]["AWS"])
    """
    assert stock(code) == "CUSTOMER kms:* arn:aws:iam::123456789012:root"


def test_object_keys_are_kept_as_they_were_named() -> None:
    code = """
        import boto3
        from moto import mock_aws

        with mock_aws():
            s3 = boto3.client("s3", region_name="us-east-1")
            s3.create_bucket(Bucket="bucket")
            s3.put_object(Bucket="bucket", Key="k", Body=b"", ServerSideEncryption="aws:kms")
            print(s3.head_object(Bucket="bucket", Key="k").get("SSEKMSKeyId"))
            s3.put_object(Bucket="bucket", Key="k", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId="id")
            print(s3.head_object(Bucket="bucket", Key="k")["SSEKMSKeyId"])
    """
    assert stock(code).split() == ["None", "id"]


def test_request_authorization_knows_no_account_of_other_access_keys() -> None:
    code = """
        from moto.iam.models import get_account_id_from

        print(get_account_id_from("111111111111"))
    """
    assert stock(code) == "123456789012"

"""Who has not the secret of a local AWS gets the answer of each service; who has it is let in."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws import LocalAws


def client(aws: LocalAws, service: str, **keys: str) -> Any:
    given = {"aws_access_key_id": "local", "aws_secret_access_key": "local", **keys}
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, "us-east-1", endpoint_url=aws.endpoint_url, config=config, **given)  # type: ignore[call-overload]


_JSON = {"X-Amz-Target": "AWSStepFunctions.ListStateMachines", "Content-Type": "application/x-amz-json-1.0"}
_UNKNOWN = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"}


@pytest.mark.parametrize(
    ("service", "call", "keys", "code", "status"),
    [
        ("s3", "list_buckets", _UNKNOWN, "InvalidAccessKeyId", 403),
        ("s3", "list_buckets", {}, "SignatureDoesNotMatch", 403),
        ("sts", "get_caller_identity", _UNKNOWN, "InvalidClientTokenId", 403),
        ("sts", "get_caller_identity", {}, "SignatureDoesNotMatch", 403),
        ("cloudformation", "list_stacks", _UNKNOWN, "InvalidClientTokenId", 403),
        ("iam", "list_roles", {}, "SignatureDoesNotMatch", 403),
        ("stepfunctions", "list_state_machines", _UNKNOWN, "UnrecognizedClientException", 400),
        ("stepfunctions", "list_state_machines", {}, "InvalidSignatureException", 400),
        ("sagemaker", "list_models", {}, "InvalidSignatureException", 400),
        ("sqs", "list_queues", _UNKNOWN, "InvalidClientTokenId", 403),
        ("lambda", "list_functions", _UNKNOWN, "UnrecognizedClientException", 403),
        ("lambda", "list_functions", {}, "InvalidSignatureException", 403),
    ],
)
def test_each_service_refuses_in_its_own_words(
    aws: LocalAws, service: str, call: str, keys: dict[str, str], code: str, status: int
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client(aws, service, **keys), call)()
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


@pytest.mark.parametrize(
    ("request_parts", "status", "code"),
    [
        ({"headers": _JSON}, 400, "MissingAuthenticationTokenException"),
        ({"data": {"Action": "GetCallerIdentity", "Version": "2011-06-15"}}, 403, "MissingAuthenticationToken"),
        ({"data": {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15"}}, 403, "MissingAuthenticationToken"),
        ({"path": "/_local_aws/labeling-jobs/a", "data": b"{}"}, 403, "MissingAuthenticationToken"),
        ({"path": "/data/k", "files": {"file": b"x"}}, 400, "NotSupportedLocally"),
        ({"path": "/data/k", "method": "PUT", "data": b"x"}, 403, "AccessDenied"),
        ({"path": "/", "method": "GET"}, 403, "AccessDenied"),
        ({"path": "/sns_us-east-1/", "method": "GET"}, 403, "MissingAuthenticationToken"),
    ],
)  # fmt: skip
def test_without_a_signature_nothing_is_answered(
    aws: LocalAws, request_parts: dict[str, Any], status: int, code: str
) -> None:
    method, path = request_parts.pop("method", "POST"), request_parts.pop("path", "/")
    answer = requests.request(method, f"{aws.endpoint_url}{path}", timeout=10, **request_parts)
    assert answer.status_code == status
    assert code in answer.text


@pytest.mark.usefixtures("worker")
class TestAnonymousReaders:
    def test_an_object_without_a_list_is_nobodys_but_its_owners(self, aws: LocalAws) -> None:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        for query in ("", "?Signature=1", "?X-Amz-Signature=1"):
            assert requests.get(f"{aws.endpoint_url}/data/k{query}", timeout=10).status_code == 403

    def test_a_public_list_lets_everybody_read_that_object_unless_the_bucket_ignores_lists(self, aws: LocalAws) -> None:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="k", Body=b"x", ACL="public-read")
        s3.put_object(Bucket="data", Key="l", Body=b"x")
        url = f"{aws.endpoint_url}/data"
        assert requests.get(f"{url}/k", timeout=10).content == b"x"
        assert [requests.get(each, timeout=10).status_code for each in (f"{url}/l", url)] == [403, 403]
        s3.put_public_access_block(Bucket="data", PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
        assert requests.get(f"{url}/k", timeout=10).status_code == 403

    def test_a_public_policy_counts_unless_the_bucket_restricts_it(self, aws: LocalAws) -> None:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
        s3.put_bucket_policy(Bucket="data", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        url = f"{aws.endpoint_url}/data/k"
        assert requests.get(url, timeout=10).content == b"x"
        assert requests.put(url, data=b"y", timeout=10).status_code == 403
        s3.put_public_access_block(Bucket="data", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
        assert requests.get(url, timeout=10).status_code == 403


@pytest.mark.usefixtures("worker")
class TestKeys:
    def test_an_assumed_role_acts_with_its_session(self, aws: LocalAws, worker: Any) -> None:
        worker.trusts({"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"})
        given = aws.client("sts").assume_role(RoleArn=worker.arn, RoleSessionName="visit")["Credentials"]
        keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
        identity = client(aws, "sts", **keys, aws_session_token=given["SessionToken"]).get_caller_identity()
        assert identity["Arn"].endswith(":assumed-role/Worker/visit")
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            client(aws, "sts", **keys).get_caller_identity()

    def test_the_key_of_a_user_is_refused_by_name(self, aws: LocalAws) -> None:
        iam = aws.client("iam")
        iam.create_user(UserName="ann")
        key = iam.create_access_key(UserName="ann")["AccessKey"]
        keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        with pytest.raises(ClientError, match=r"NotSupportedLocally.* of an IAM user"):
            client(aws, "sts", **keys).get_caller_identity()

    @pytest.mark.parametrize(
        ("call", "options"), [("get_session_token", {}), ("get_federation_token", {"Name": "ann"})]
    )
    def test_keys_that_nobody_would_know_are_not_given_out(self, aws: LocalAws, call: str, options: Any) -> None:
        with pytest.raises(ClientError, match="assume a role instead"):
            getattr(aws.client("sts"), call)(**options)

    def test_each_start_has_a_secret_of_its_own_that_is_no_word(self, aws: LocalAws) -> None:
        secret = aws.environment()["AWS_SECRET_ACCESS_KEY"]
        assert len(secret) == 40
        assert secret not in repr(vars(aws))


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_urls_read_and_write_until_they_are_changed(aws: LocalAws, version: str) -> None:
    key, secret, _ = aws.sessions.administrator()
    s3 = boto3.client(
        "s3", "us-east-1", endpoint_url=aws.endpoint_url, aws_access_key_id=key, aws_secret_access_key=secret,
        config=Config(signature_version=version),
    )  # fmt: skip
    s3.create_bucket(Bucket="data")
    put = s3.generate_presigned_url("put_object", {"Bucket": "data", "Key": "a b/é"})
    assert requests.put(put, data=b"x", timeout=10).status_code == 200
    get = s3.generate_presigned_url("get_object", {"Bucket": "data", "Key": "a b/é"})
    assert requests.get(get, timeout=10).content == b"x"
    assert (
        requests.get(get.replace("/data/", "/cdk-hnb659fds-assets-123456789012-us-east-1/"), timeout=10).status_code
        == 403
    )

"""Clients of the people and machines of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws

_SESSION_NAME = "scenario"


class Clients:
    """Makes clients of one local AWS."""

    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws

    def client(self, service: str, *, account: str | None, region: str | None, role_arn: str | None) -> Any:
        """A client of an administrator or, with ``role_arn``, of a role that the administrator assumes.

        Raises:
            LocalAwsError: The role may not be assumed.
        """
        region = region or self._aws.settings.region
        if role_arn is None:
            return self._aws.client(service, account=account, region=region)
        account = account or role_arn.split(":")[4]
        try:
            answer = self._aws.client("sts", account=account, region=region).assume_role(
                RoleArn=role_arn, RoleSessionName=_SESSION_NAME
            )
        except ClientError as error:
            raise LocalAwsError(f"{role_arn}: {error.response['Error']['Message']}") from None
        return self._with(service, region, answer["Credentials"])

    def read(self, uri: str) -> bytes:
        """The object at an ``s3://`` URL, read by the administrator of the bucket's account."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return bytes(self._aws.sessions.bucket_owner(bucket).get_object(Bucket=bucket, Key=key)["Body"].read())

    def _with(self, service: str, region: str, credentials: Mapping[str, str]) -> Any:
        # The types of boto3 know each service by its literal name only.
        session: Any = boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=region,
        )
        return session.client(service, endpoint_url=self._aws.endpoint_url, config=Config(proxies={}))

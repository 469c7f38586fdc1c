"""Access to the accounts that a version has left traces in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from sagemaker_workflows.lineage.errors import LineageError, reason

_SESSION_NAME = "lineage"
_ARN_PARTS = 6


def arn_parts(arn: str) -> tuple[str, str, str]:
    """Region, account and resource of an ARN; ValueError if it is none."""
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn":
        raise ValueError(arn)
    return parts[3], parts[4], parts[5]


class AccountSessions:
    """boto3 sessions by account: that of the default credentials, and those of the roles.

    Credentials, endpoint and proxies are boto3's own; ``AWS_ENDPOINT_URL`` points it to another AWS.

    Args:
        region: Region of the version; SageMaker keeps everything that belongs to it there.
        role_arns: Roles to assume, one for each further account.

    Raises:
        LineageError: There are no credentials, a role is not an ARN, or it cannot be assumed.
    """

    def __init__(self, *, region: str, role_arns: Sequence[str] = ()) -> None:
        default = boto3.Session(region_name=region)
        # The types of boto3 know each service by its literal name only.
        self._sessions: dict[str, Any] = {}
        try:
            own = default.client("sts").get_caller_identity()["Account"]
        except (ClientError, BotoCoreError) as error:
            raise LineageError(f"credentials: {reason(error)}") from None
        for role_arn in role_arns:
            account = _role_account(role_arn)
            if account in self._sessions:
                raise LineageError(f"--role-arn {role_arn}: account {account} has a role already; give one for each")
            self._sessions[account] = _assume(default, role_arn, region)
        self._default: Any = self._sessions.setdefault(own, default)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that can be looked at."""
        return tuple(sorted(self._sessions))

    def client(self, service: str, account: str) -> Any:
        """A client in ``account``; without a role there, one with the default credentials."""
        return self._sessions.get(account, self._default).client(service)


def _role_account(role_arn: str) -> str:
    try:
        _, account, resource = arn_parts(role_arn)
    except ValueError:
        account, resource = "", ""
    if not account or not resource.startswith("role/"):
        raise LineageError(
            f"--role-arn {role_arn}: this is not the ARN of a role; write arn:aws:iam::ACCOUNT:role/NAME"
        )
    return account


def _assume(default: boto3.Session, role_arn: str, region: str) -> boto3.Session:
    try:
        answer = default.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=_SESSION_NAME)
    except (ClientError, BotoCoreError) as error:
        raise LineageError(f"--role-arn {role_arn}: {reason(error)}") from None
    given = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=region,
    )

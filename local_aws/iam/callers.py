"""Role sessions as the local AWS knows them, and the policies that hold for them at this moment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import Role, iam_backends
from moto.sts.models import AssumedRole, sts_backends

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.policy import Policy

# Roles of the CDK bootstrap stack: they deploy, and what they may do is not what a workflow is tested for.
_BOOTSTRAP_ROLE = re.compile(r"cdk-[a-z0-9]+-(deploy|file-publishing|image-publishing|lookup|cfn-exec)-role-.+")
_ROLE_ARN = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/(?P<path>.*/)?(?P<name>[^/]+)")


@dataclass(frozen=True)
class Caller:
    """A role session.

    Args:
        role_arn: ARN of the role, with its path.
        session_name: Name of the session.
        session_policy: Policy given when the role was assumed, which limits the session; None if there was none.
    """

    role_arn: str
    session_name: str
    session_policy: str | None = None

    def __post_init__(self) -> None:
        if _ROLE_ARN.fullmatch(self.role_arn) is None:
            raise NotSupportedLocallyError(
                f"role {self.role_arn!r}: give an ARN like arn:aws:iam::123456789012:role/Name"
            )

    @property
    def account(self) -> str:
        """Account of the role."""
        return self._part("account")

    @property
    def partition(self) -> str:
        """Partition of the role, as in ``aws``."""
        return self._part("partition")

    @property
    def role_name(self) -> str:
        """Name of the role, without its path."""
        return self._part("name")

    @property
    def arn(self) -> str:
        """ARN of the session."""
        return f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.role_name}/{self.session_name}"

    @property
    def unrestricted(self) -> bool:
        """True for the roles of the CDK bootstrap stack."""
        return _BOOTSTRAP_ROLE.fullmatch(self.role_name) is not None

    def context(self, region: str) -> dict[str, str]:
        """Context keys that AWS gives with every request of a session to ``region``."""
        role = find_role(self.role_arn)
        now = datetime.now(UTC)
        tags = {f"aws:PrincipalTag/{key}": value for key, value in _tags(role).items()}
        return tags | {
            "aws:PrincipalArn": self.role_arn,
            "aws:PrincipalAccount": self.account,
            "aws:PrincipalType": "AssumedRole",
            "aws:userid": f"{role.id if role else 'AROAUNKNOWN'}:{self.session_name}",
            "aws:RequestedRegion": region,
            "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "aws:EpochTime": str(int(now.timestamp())),
            # The endpoint is plain HTTP on the loopback interface; clients of AWS use TLS, and TLS-only policies
            # are to let through what they let through on AWS.
            "aws:SecureTransport": "true",
            "aws:ViaAWSService": "false",
        }

    def _part(self, name: str) -> str:
        match = _ROLE_ARN.fullmatch(self.role_arn)
        assert match is not None, "checked on creation"
        return match[name]


@dataclass(frozen=True)
class Administrator:
    """The administrator of an account, whom only the policies of other accounts' resources can stop.

    Args:
        account: The account.
        partition: Its partition.
    """

    account: str
    partition: str = "aws"

    @property
    def arn(self) -> str:
        """ARN of the account's root user."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def context(self, region: str) -> dict[str, str]:
        """Context keys of a request to ``region``."""
        return {
            "aws:PrincipalArn": self.arn,
            "aws:PrincipalAccount": self.account,
            "aws:PrincipalType": "Account",
            "aws:RequestedRegion": region,
            "aws:SecureTransport": "true",
            "aws:ViaAWSService": "false",
        }


def caller_of(access_key_id: str) -> Caller | None:
    """The role session that owns an access key; None for every other key, which the local AWS does not restrict."""
    session = session_of(access_key_id)
    return _caller(session) if session else None


def session_of(access_key_id: str) -> AssumedRole | None:
    """What moto knows of the role session that owns an access key."""
    # Copies, because deployments and executions add accounts and sessions meanwhile.
    for account in list(sts_backends.values()):
        for backend in list(account.values()):
            for session in list(backend.assumed_roles):
                if session.access_key_id == access_key_id:
                    return session
    return None


def belongs_to_user(access_key_id: str) -> bool:
    """Whether an access key was made for an IAM user."""
    backends = (backend for account in list(iam_backends.values()) for backend in list(account.values()))
    return any(access_key_id in backend.access_keys for backend in backends)


def find_role(role_arn: str) -> Role | None:
    """The role of this ARN, or None."""
    match = _ROLE_ARN.fullmatch(role_arn)
    if match is None:
        return None
    backend = iam_backends[match["account"]][match["partition"]]
    return next((role for role in list(backend.roles.values()) if role.arn == role_arn), None)


def role_policies(caller: Caller) -> tuple[list[Policy], list[Sequence[Policy]]]:
    """Identity policies of the caller's role as they are now, and the policy sets that limit them."""
    role = find_role(caller.role_arn)
    if role is None:
        return [], []
    attached = [_managed(policy) for policy in list(role.managed_policies.values())]
    identity = [*(_document(text) for text in list(role.policies.values())), *attached]
    limits: list[Sequence[Policy]] = []
    if role.permissions_boundary_arn:
        known = iam_backends[caller.account][caller.partition].managed_policies
        boundary = known.get(role.permissions_boundary_arn)
        if boundary is None:
            raise NotSupportedLocallyError(
                f"permissions boundary {role.permissions_boundary_arn} of role {role.name}: the local AWS has no such "
                "policy; make it in a stack that this one depends on, or with iam create-policy where `serve` runs"
            )
        limits.append([_managed(boundary)])
    if caller.session_policy:
        limits.append([_document(caller.session_policy)])
    return identity, limits


def _caller(session: AssumedRole) -> Caller:
    return Caller(session.role_arn, session.session_name, session.policy or None)


def _managed(policy: Any) -> Policy:
    [document] = [version.document for version in policy.versions if version.version_id == policy.default_version_id]
    return _document(document)


def _document(text: str | Mapping[str, Any]) -> Policy:
    document: Policy = json.loads(text) if isinstance(text, str) else text
    return document


def _tags(role: Role | None) -> dict[str, str]:
    tags: Any = role.tags if role else None
    if isinstance(tags, dict):  # moto keeps them as {lower-case key: {"Key": ..., "Value": ...}}
        return {each["Key"]: each["Value"] for each in tags.values()}
    return {each["Key"]: each["Value"] for each in tags or []}

"""Where resources keep their policies, by the service of their ARN."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from local_aws.iam.callers import find_role
from local_aws.iam.policy import Policy


@dataclass(frozen=True)
class ResourceSide:
    """What the resource adds to a decision.

    Args:
        policies: Its policies.
        required: True where identity policies count only if the resource's policy lets them (keys, role trust).
        account: Account that owns the resource, where its ARN does not tell.
    """

    policies: list[Policy] = field(default_factory=list)
    required: bool = False
    account: str | None = None


def resource_side(action: str, resource: str) -> ResourceSide:
    """The resource's part of a decision about ``action`` on ``resource``.

    Bucket policies, key policies and role trust policies are known; other resources answer without policies, so that
    the policies of the caller alone decide.
    """
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return ResourceSide()
    partition, service, region, account, name = parts[1:]
    if service == "s3":
        return _bucket(partition, name.partition("/")[0])
    if service == "kms" and name.startswith("key/"):
        return _key(account, region, name.removeprefix("key/"))
    if service == "iam" and action.lower().startswith("sts:assumerole"):
        return trust(resource)
    return ResourceSide()


def trust(role_arn: str) -> ResourceSide:
    """The trust policy of a role; none, which nobody satisfies, for a role that does not exist."""
    role = find_role(role_arn)
    return ResourceSide([json.loads(role.assume_role_policy_document)] if role else [], required=True)


def _bucket(partition: str, name: str) -> ResourceSide:
    for account, regions in list(s3_backends.items()):
        bucket = regions[partition].buckets.get(name)
        if bucket is not None:
            return ResourceSide([json.loads(bucket.policy)] if bucket.policy else [], account=account)
    return ResourceSide()


def _key(account: str, region: str, key_id: str) -> ResourceSide:
    key = kms_backends[account][region].keys.get(key_id)
    return ResourceSide([json.loads(key.policy)] if key else [], required=True)

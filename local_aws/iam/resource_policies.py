"""Where resources keep their policies, by the service of their ARN."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.events.models import events_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

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

    Policies of buckets, keys, roles (trust), queues, topics, functions, event buses and model package groups are
    known; other resources answer without policies, so that the policies of the caller alone decide.
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
    if service in _BY_SERVICE and account:
        text = _BY_SERVICE[service](account, region, name)
        return ResourceSide([json.loads(text)] if text else [])
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
    return ResourceSide(
        [json.loads(key.policy), *map(_granted, list(key.grants.values()))] if key else [], required=True
    )


def _granted(grant: Any) -> Policy:
    """A grant as the policy that it amounts to.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    constraints = grant.constraints or {}
    pairs = constraints.get("EncryptionContextEquals") or constraints.get("EncryptionContextSubset") or {}
    conditions: dict[str, Any] = {}
    if pairs:
        conditions["StringEquals"] = {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}
    if constraints.get("EncryptionContextEquals"):
        conditions["ForAllValues:StringEquals"] = {"kms:EncryptionContextKeys": list(pairs)}
    return {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": grant.grantee_principal},
            "Action": [f"kms:{operation}" for operation in grant.operations],
            "Resource": "*",
            **({"Condition": conditions} if conditions else {}),
        }
    }


def _queue(account: str, region: str, name: str) -> Any:
    queue = sqs_backends[account][region].queues.get(name)
    return queue.policy if queue else None


def _topic(account: str, region: str, name: str) -> Any:
    topics = sns_backends[account][region].topics
    return next((topic.policy for topic in list(topics.values()) if topic.name == name), None)


def _function(account: str, region: str, name: str) -> Any:
    try:
        function = lambda_backends[account][region].get_function(name.removeprefix("function:").partition(":")[0])
    # moto's error for a function that does not exist is none of ours, and the call itself will tell.
    except Exception:
        return None
    statements = function.policy.statements if function.policy else []
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None


def _bus(account: str, region: str, name: str) -> Any:
    bus = events_backends[account][region].event_buses.get(name.removeprefix("event-bus/"))
    return bus.policy if bus else None


def _model_package(account: str, region: str, name: str) -> Any:
    """A group's policy holds for its versions too."""
    kind, _, rest = name.partition("/")
    if kind not in ("model-package-group", "model-package"):
        return None
    # moto's own backend, which stands here before our SageMaker is installed, knows no policies.
    group_policy = getattr(sagemaker_backends[account][region], "group_policy", None)
    return group_policy(rest.partition("/")[0]) if group_policy else None


# From account, region and the last part of an ARN to the text of the policy.
_BY_SERVICE: Mapping[str, Callable[[str, str, str], Any]] = {
    "sqs": _queue,
    "sns": _topic,
    "lambda": _function,
    "events": _bus,
    "sagemaker": _model_package,
}

"""Statements that policies of the model promotion are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from sagemaker_workflows.mlops.names import role_arn

Conditions = Mapping[str, Mapping[str, Any]]


def allow(
    sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Conditions | None = None
) -> iam.PolicyStatement:
    """An Allow statement of an identity policy."""
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources), conditions=conditions)


def allow_roles(
    sid: str,
    accounts: str | Sequence[str],
    roles: Sequence[str],
    actions: Sequence[str],
    resources: Sequence[str],
    conditions: Conditions | None = None,
) -> iam.PolicyStatement:
    """An Allow statement of a resource policy for named roles, each in each of the accounts.

    S3, KMS and IAM refuse a policy whose Principal is a role that does not exist, and they store the role's unique id,
    so that a role that is created anew is locked out. The account as the principal, narrowed to the roles by
    ``aws:PrincipalArn``, lets in the same roles, and the stacks deploy in any order.

    Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    listed = list(dict.fromkeys([accounts] if isinstance(accounts, str) else accounts))
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.ArnPrincipal(account) for account in listed],
        actions=list(actions),
        resources=list(resources),
        conditions=merged(only_roles(listed, roles), conditions or {}),
    )


def only_roles(accounts: Sequence[str], roles: Sequence[str]) -> Conditions:
    """The condition that the caller is one of the roles, in one of the accounts."""
    arns = [role_arn(account, role) for account in accounts for role in roles]
    return {"ArnEquals": {"aws:PrincipalArn": arns[0] if len(arns) == 1 else arns}}


def deny_everybody(
    sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Conditions
) -> iam.PolicyStatement:
    """A Deny statement of a resource policy for every principal that the conditions do not spare."""
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=list(actions),
        resources=list(resources),
        conditions=conditions,
    )


def merged(*all_conditions: Conditions) -> Conditions:
    """Conditions that must hold together."""
    result: dict[str, dict[str, Any]] = {}
    for conditions in all_conditions:
        for operator, keys in conditions.items():
            result[operator] = {**result.get(operator, {}), **keys}
    return result

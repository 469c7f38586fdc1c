"""Evaluation of IAM policies within one request; nothing here knows how the policies are stored.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from local_aws.iam.conditions import Context, check_operators, conditions_met
from local_aws.iam.matching import Resolver, arn_match, substitute, wildcard_match
from local_aws.iam.policy_principals import Grant, granted_to

Policy = Mapping[str, Any]


class Effect(Enum):
    """Outcome of an evaluation."""

    ALLOWED = "allowed"
    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"


@dataclass(frozen=True)
class Decision:
    """Outcome of an evaluation, and the statement that brought it about.

    Args:
        effect: The outcome.
        statement: Sid of the deciding statement, or as in ``identity policy 0, statement 2``; None if no statement did.
        lacks_resource_policy: True if the identity side allows the request, and only the resource's policy does not.
    """

    effect: Effect
    statement: str | None = None
    lacks_resource_policy: bool = field(default=False, compare=False)

    @property
    def allowed(self) -> bool:
        """True when the request may go on."""
        return self.effect is Effect.ALLOWED


@dataclass(frozen=True)
class Request:
    """One action on one resource by one principal.

    Args:
        principal_arn: ARN of a role session, a role, a user or an account root; a service principal such as
            ``states.amazonaws.com``; or ``*`` for an anonymous caller. For a role with a path, give the ARN of the role
            as context key ``aws:PrincipalArn``: the ARN of a session leaves the path out.
        action: IAM action, as in ``s3:GetObject``.
        resource: ARN of the resource, or ``*`` for actions without resources.
        context: Context keys; ``aws:ResourceAccount`` tells the owner of a resource whose ARN has no account.
    """

    principal_arn: str
    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def evaluate(
    identity_policies: Sequence[Policy],
    resource_policies: Sequence[Policy],
    request: Request,
    *,
    limits: Sequence[Sequence[Policy]] = (),
    resource_policy_required: bool = False,
) -> Decision:
    """Decides a request.

    Args:
        identity_policies: Policies of the principal.
        resource_policies: Policies of the resource, with Principal elements.
        request: What is asked for.
        limits: Permissions boundary and session policies: each must allow the request too, unless a resource policy
            allows it to the session itself.
        resource_policy_required: True for KMS keys and role trust: an identity policy counts only as far as the
            resource policy hands the decision to the account.

    Raises:
        NotSupportedLocallyError: If any statement has a condition operator that IAM does not document.
    """
    context = Context(request.context)
    named = [("identity", identity_policies), *(("limit", limit) for limit in limits), ("resource", resource_policies)]
    matches = {
        index: _matches(kind, policies, request, context, with_principal=kind == "resource")
        for index, (kind, policies) in enumerate(named)
    }
    for found in matches.values():
        for match in found:
            if match.denies:
                return Decision(Effect.EXPLICIT_DENY, match.name)
    identity = matches[0][0] if matches[0] else None
    resource = max(matches[len(named) - 1], key=lambda match: match.grant.value, default=None)
    limited = all(matches[index] for index in range(1, len(named) - 1))
    allowing = _allowing(identity, resource, limited, resource_policy_required, _same_account(request, context))
    if allowing is None:
        return Decision(Effect.IMPLICIT_DENY, lacks_resource_policy=identity is not None and limited)
    return Decision(Effect.ALLOWED, allowing.name)


@dataclass(frozen=True)
class _Match:
    name: str
    denies: bool
    grant: Grant


def _allowing(
    identity: _Match | None, resource: _Match | None, limited: bool, required: bool, same_account: bool
) -> _Match | None:
    """The statement that allows the request, given the first identity and the strongest resource statement."""
    bounded_identity = identity if limited else None
    if not same_account or (required and resource and resource.grant is Grant.ACCOUNT):
        return bounded_identity if resource else None
    if resource and (resource.grant is Grant.SESSION or (resource.grant is Grant.PRINCIPAL and limited)):
        return resource
    return None if required else bounded_identity


def _matches(
    kind: str, policies: Sequence[Policy], request: Request, context: Context, *, with_principal: bool
) -> list[_Match]:
    found = []
    for policy_index, policy in enumerate(policies):
        resolve = context.single if policy.get("Version") == "2012-10-17" else None
        for index, statement in enumerate(_listed(policy.get("Statement"))):
            check_operators(statement.get("Condition") or {})
            denies = statement["Effect"] == "Deny"
            grant = granted_to(statement, request.principal_arn, context) if with_principal else Grant.PRINCIPAL
            if grant is not Grant.NOBODY and _applies(statement, request, context, resolve, with_principal):
                name = statement.get("Sid") or f"{kind} policy {policy_index}, statement {index}"
                found.append(_Match(name, denies, grant))
    return found


def _applies(
    statement: Policy, request: Request, context: Context, resolve: Resolver | None, resource_optional: bool
) -> bool:
    if "Action" in statement:
        if not _action_listed(statement["Action"], request.action):
            return False
    elif _action_listed(statement["NotAction"], request.action):
        return False
    if "Resource" in statement:
        if not _resource_listed(statement["Resource"], request.resource, resolve):
            return False
    elif "NotResource" in statement:
        excepted = _listed(statement["NotResource"])
        # A variable without a value makes the statement invalid; it must not widen what the statement allows.
        if any(substitute(each, resolve) is None for each in excepted):
            return False
        if _resource_listed(excepted, request.resource, resolve):
            return False
    elif not resource_optional:  # a trust policy needs none: it hangs on its resource
        return False
    return conditions_met(statement.get("Condition") or {}, context, resolve)


def _action_listed(patterns: Any, action: str) -> bool:
    return any(wildcard_match(pattern, action, ignore_case=True) for pattern in _listed(patterns))


def _resource_listed(patterns: Any, resource: str, resolve: Resolver | None) -> bool:
    return any(arn_match(pattern, resource, resolve=resolve) for pattern in _listed(patterns))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _same_account(request: Request, context: Context) -> bool:
    """Whether principal and resource share an account; a resource without a known owner counts as the principal's."""
    if not request.principal_arn.startswith("arn:"):
        return True  # a service or an anonymous caller: it has no identity policies, the resource's policies decide
    parts = request.resource.split(":", 5)
    owner = context.single("aws:ResourceAccount") or (parts[4] if len(parts) > 5 else "")
    return not owner or owner == request.principal_arn.split(":")[4]

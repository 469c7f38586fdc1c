"""Decides whether a role session may do something, and keeps account of refusals."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from local_aws.base.errors import AccessDeniedError
from local_aws.base.settings import Settings
from local_aws.iam import kms_keys
from local_aws.iam.accounts import account_of_arn
from local_aws.iam.callers import Administrator, Caller, role_policies
from local_aws.iam.policy import Decision, Effect, Policy, Request, evaluate
from local_aws.iam.resource_policies import ResourceSide, resource_side


@dataclass(frozen=True)
class Denial:
    """A refused call.

    Args:
        principal: ARN of the role session.
        action: IAM action.
        resource: ARN of the resource, or ``*``.
        time: When it was refused (UTC).
        explicit: True when a Deny statement refused it.
        statement: The deciding Deny statement; None if there was none.
    """

    principal: str
    action: str
    resource: str
    time: datetime
    explicit: bool
    statement: str | None


@dataclass(frozen=True)
class Evaluation:
    """A decision with everything that led to it, so that it can be made again with other policies.

    Args:
        caller: Who asked.
        request: What for.
        identity: Identity policies of the caller at that moment.
        limits: Policy sets that limit them.
        side: Policies of the resource.
        allowed: The outcome.
        time: When it was decided (UTC).
    """

    caller: Caller
    request: Request
    identity: Sequence[Policy]
    limits: Sequence[Sequence[Policy]]
    side: ResourceSide
    allowed: bool
    time: datetime

    def allowed_with(self, identity: Sequence[Policy]) -> bool:
        """The outcome if these were the caller's identity policies."""
        return _evaluate(identity, self.limits, self.side, self.request).allowed


# Services, whole accounts and administrators have no identity policies to ask: the policy of the resource decides.
_EVERYTHING: Policy = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
# What KMS says of a key in another account whose policy does not allow the call.
_FOREIGN_KEY = (
    "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based "
    "policy explicitly denies access"
)


class Authorizer:
    """Decides calls on one local AWS and keeps account of refusals.

    Args:
        settings: Region of calls that name none.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._denials: list[Denial] = []
        self._recordings: list[list[Evaluation]] = []
        self._lock = threading.Lock()

    def denials(self) -> list[Denial]:
        """Every refusal since the start (or the last ``clear_denials``), oldest first."""
        with self._lock:
            return list(self._denials)

    def clear_denials(self) -> None:
        """Forgets the refusals."""
        with self._lock:
            self._denials.clear()

    def authorize(
        self, *, role_arn: str, session_name: str, action: str, resource: str, context: Mapping[str, str] | None = None
    ) -> None:
        """Decides a call that AWS makes on behalf of a role without passing through the endpoint.

        Args:
            role_arn: The role.
            session_name: Name of the role session.
            action: IAM action, as in ``ecr:BatchGetImage``.
            resource: ARN of the resource, or ``*``.
            context: Context keys besides those that every request has.

        Raises:
            AccessDeniedError: If the policies refuse it; it is also listed by ``denials``.
        """
        self.check(Caller(role_arn, session_name), action, resource, context or {}, self._settings.region)

    def authorize_service(
        self, *, service: str, action: str, resource: str, source_arn: str, source_account: str
    ) -> None:
        """Decides what an AWS service does in its own name, which the policy of the resource has to allow.

        Args:
            service: Service principal, as in ``events.amazonaws.com``.
            action: IAM action, as in ``sqs:SendMessage``.
            resource: ARN of the resource.
            source_arn: What the service acts for, as in the ARN of a rule.
            source_account: Account of that.

        Raises:
            AccessDeniedError: As for :func:`authorize`.
        """
        context = {
            "aws:SourceArn": source_arn,
            "aws:SourceAccount": source_account,
            "aws:PrincipalServiceName": service,
            "aws:PrincipalIsAWSService": "true",
            "aws:SecureTransport": "true",
        }
        self._by_resource(service, action, resource, context)

    def authorize_account(self, account: str, action: str, resource: str, context: Mapping[str, str]) -> None:
        """Decides what AWS does in the name of an account as a whole, without a role; its own resources are open to it.

        Raises:
            AccessDeniedError: The resource is another account's, whose policy does not allow it.
        """
        partition, owner = resource.split(":")[1], resource.split(":")[4]
        if owner != account:
            self._by_resource(
                f"arn:{partition}:iam::{account}:root", action, resource, {"aws:PrincipalAccount": account, **context}
            )

    def _by_resource(self, principal: str, action: str, resource: str, context: Mapping[str, str]) -> None:
        side = resource_side(action, resource)
        decision = evaluate(
            [_EVERYTHING], side.policies, Request(principal, action, resource, context), resource_policy_required=True
        )
        if not decision.allowed:
            self._refuse(principal, action, resource, decision)

    def check(
        self, caller: Caller, action: str, resource: str, context: Mapping[str, str | Sequence[str]], region: str
    ) -> None:
        """Like ``authorize``, for a known caller and the region of the call."""
        if caller.unrestricted:
            return
        decision = self.decide(caller, action, resource, context, region)
        if not decision.allowed:
            self.refuse(caller, action, resource, decision)

    def refuse(self, caller: Caller | Administrator, action: str, resource: str, decision: Decision) -> NoReturn:
        """Records a refusal and raises it as AccessDeniedError."""
        self._refuse(caller.arn, action, resource, decision)

    def _refuse(self, principal: str, action: str, resource: str, decision: Decision) -> NoReturn:
        explicit = decision.effect is Effect.EXPLICIT_DENY
        with self._lock:
            self._denials.append(Denial(principal, action, resource, datetime.now(UTC), explicit, decision.statement))
        reason = _reason(principal, action, resource) if decision.lacks_resource_policy else None
        raise AccessDeniedError(principal, action, resource, explicit=explicit, reason=reason)

    def decide(
        self,
        caller: Caller | Administrator,
        action: str,
        resource: str,
        context: Mapping[str, str | Sequence[str]],
        region: str,
    ) -> Decision:
        """The decision of the caller's policies and the resource's, as both are now."""
        identity, limits = role_policies(caller) if isinstance(caller, Caller) else ([_EVERYTHING], [])
        side = resource_side(action, resource)
        owner = side.account or account_of_arn(resource) or caller.account
        known = {**caller.context(region), "aws:ResourceAccount": owner, **_of_key(resource)}
        request = Request(caller.arn, action, resource, {**known, **context})
        decision = _evaluate(identity, limits, side, request)
        if not isinstance(caller, Caller):
            return decision
        with self._lock:
            for recording in self._recordings:
                recording.append(
                    Evaluation(caller, request, identity, limits, side, decision.allowed, datetime.now(UTC))
                )
        return decision

    @contextlib.contextmanager
    def recorded_evaluations(self) -> Iterator[list[Evaluation]]:
        """Gives a list that gets every decision made while the block runs, oldest first."""
        recording: list[Evaluation] = []
        with self._lock:
            self._recordings.append(recording)
        try:
            yield recording
        finally:
            with self._lock:
                # By identity: two empty recordings are equal.
                self._recordings[:] = [each for each in self._recordings if each is not recording]


def owner_of(action: str, resource: str) -> str | None:
    """The account that owns a resource; None if neither its ARN nor anything else tells."""
    return resource_side(action, resource).account or account_of_arn(resource)


def _reason(principal: str, action: str, resource: str) -> str:
    """Why AWS refuses what the caller's own policies allow."""
    is_foreign = owner_of(action, resource) not in (None, account_of_arn(principal))
    if action == "iam:PassRole" and is_foreign:
        return "because Cross-account pass role is not allowed."
    if action.startswith("kms:") and is_foreign:
        return _FOREIGN_KEY
    return f"because no resource-based policy allows the {action} action"


def _of_key(resource: str) -> dict[str, tuple[str, ...]]:
    """What the context knows of a key: its aliases, by which policies may name it."""
    names = kms_keys.aliases(resource) if ":kms:" in resource and ":key/" in resource else ()
    return {"kms:ResourceAliases": names} if names else {}


def _evaluate(
    identity: Sequence[Policy], limits: Sequence[Sequence[Policy]], side: ResourceSide, request: Request
) -> Decision:
    return evaluate(identity, side.policies, request, limits=limits, resource_policy_required=side.required)

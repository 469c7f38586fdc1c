"""Enforces policies on every call to the endpoint.

Each is signed by an administrator or a role session, whose secret is checked, or else anonymous, which only policies
and access control lists of S3 allow. Administrators and the roles of the CDK bootstrap stack are restricted only by the
resources of other accounts, and what CloudFormation creates is not at all: moto's CloudFormation calls the other
backends directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextvars import ContextVar

from werkzeug.wrappers import Response

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.base.settings import Settings
from local_aws.iam import anonymous, message_keys
from local_aws.iam.accounts import account_of_arn
from local_aws.iam.authorize import Authorizer, owner_of
from local_aws.iam.callers import Administrator, Caller, caller_of
from local_aws.iam.policy import Effect
from local_aws.iam.refusals import refusal
from local_aws.iam.requests import Requirements
from local_aws.iam.s3_effects import key_needs, missing_object_need
from local_aws.iam.services.rules import Call, Need
from local_aws.iam.sessions import Sessions
from local_aws.iam.signatures import SignatureCheck
from local_aws.iam.wire import Environ, SignedRequest, signature

_Caller = Caller | Administrator

# What moto answers with keys that nobody has.
_GIVES_NO_KEYS = frozenset({"GetSessionToken", "GetFederationToken"})
# Services whose calls moto looks up in the account of the caller only, where AWS takes the account of the ARN.
_FORWARDED = frozenset({"kms", "lambda", "sns", "sqs"})


class Enforcement:
    """Decides each request to the endpoint of one local AWS.

    Args:
        settings: Region of requests that name none.
        authorizer: Makes the decisions.
        requirements: Knows what permissions a call needs.
        sessions: Knows the access keys that were given out.
    """

    def __init__(
        self, settings: Settings, authorizer: Authorizer, requirements: Requirements, sessions: Sessions
    ) -> None:
        self._region = settings.region
        self._sessions = sessions
        self._signatures = SignatureCheck(sessions.key)
        self._authorizer = authorizer
        self._requirements = requirements
        self._kept: ContextVar[frozenset[str]] = ContextVar("kept", default=frozenset())
        self._requester: ContextVar[str | None] = ContextVar("requester", default=None)

    def refuse(self, environ: Environ) -> Response | None:
        """Decides a request to the endpoint: the refusal, or None if it may go on."""
        self._kept.set(frozenset())
        self._requester.set(None)
        signed = signature(environ, self._region)
        if signed is None:
            return anonymous.refuse(environ, self._region, self._requirements)
        request = SignedRequest(environ, signed)
        try:
            self._signatures.check(request)
            session = caller_of(signed.access_key)
            account = session.account if session else self._sessions.administered_account(signed.access_key)
            assert account is not None, "nobody else has a key"
            self._requester.set(account)
            # moto knows the accounts of role sessions, not those of administrators.
            request.forward(account)
            caller: _Caller = Administrator(account) if session is None or session.unrestricted else session
            self._decide(request, caller)
        except LocalAwsError as error:
            request.drain()
            return refusal(signed.service, request.content_type, error)
        return None

    def kept_objects(self) -> frozenset[str]:
        """ARNs of the objects that the DeleteObjects call of this thread may not delete."""
        return self._kept.get()

    def requester(self) -> str | None:
        """The account whose request this thread serves; None outside of signed requests."""
        return self._requester.get()

    def _decide(self, request: SignedRequest, caller: _Caller) -> None:
        if request.signed.service == "sts" and (operation := request.guessed_operation()) in _GIVES_NO_KEYS:
            raise NotSupportedLocallyError(f"sts:{operation}: assume a role instead, whose session the local AWS knows")
        found = self._needs(request, caller)
        if found is None:
            return
        call, needs = found
        if call.operation == "DeleteObjects":
            self._kept.set(frozenset(self._denied(caller, call, needs)))
            return
        for need in [*needs, *key_needs(call), *message_keys.key_needs(call)]:
            self._check(caller, call, need)
        missing = missing_object_need(call)
        if missing is not None:
            self._check(caller, call, missing)
        _forward(request, call, needs)

    def _needs(self, request: SignedRequest, caller: _Caller) -> tuple[Call, list[Need]] | None:
        """The call and what it needs; None for one of an administrator in which no policy has a say."""
        if isinstance(caller, Administrator) and not request.crosses_accounts(caller.account):
            return None
        try:
            call = request.call(caller.account)
            return call, self._requirements.needs(call)
        except NotSupportedLocallyError:
            if isinstance(caller, Caller):
                raise
            # The tables know what roles call; an administrator may call anything.
            return None

    def _check(self, caller: _Caller, call: Call, need: Need) -> None:
        if isinstance(caller, Administrator) and owner_of(need.action, need.resource) in (None, caller.account):
            return
        decisions = [
            self._authorizer.decide(caller, need.action, each, need.context, call.region)
            for each in (need.resource, *need.also)
        ]
        explicit = next((each for each in decisions if each.effect is Effect.EXPLICIT_DENY), None)
        if explicit is None and any(each.allowed for each in decisions):
            return
        nearest = next((each for each in decisions if each.lacks_resource_policy), decisions[0])
        self._authorizer.refuse(caller, need.action, need.resource, explicit or nearest)

    def _denied(self, caller: _Caller, call: Call, needs: Sequence[Need]) -> Iterator[str]:
        """DeleteObjects answers for each object on its own."""
        for need in needs:
            try:
                self._check(caller, call, need)
            except LocalAwsError:
                yield need.resource


def _forward(request: SignedRequest, call: Call, needs: Sequence[Need]) -> None:
    """Sends a call that names a resource of another account by its ARN or URL to that account."""
    if call.service not in _FORWARDED:
        return
    owners = {account_of_arn(each.resource) for each in needs} - {None, call.account}
    if owners:
        request.forward(str(owners.pop()))

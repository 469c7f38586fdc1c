"""Enforces policies on every call to the endpoint.

Restricted are calls that are signed with the access key of a role session. The administrator's credentials, other
access keys and the roles of the CDK bootstrap stack are restricted only by the resources of other accounts, and what
CloudFormation creates is not at all: moto's CloudFormation calls the other backends directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar

from werkzeug.wrappers import Response

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.iam import requests
from local_aws.iam.accounts import account_of_arn
from local_aws.iam.authorize import Denial, clear_denials, decide, denials, owner_of
from local_aws.iam.authorize import refuse as deny
from local_aws.iam.callers import Administrator, Caller, caller_of
from local_aws.iam.policy import Effect
from local_aws.iam.s3_effects import key_needs, missing_object_need
from local_aws.iam.services.rules import Call, Need
from local_aws.iam.wire import (
    Environ,
    Signature,
    account_of,
    crosses_accounts,
    drain,
    forward,
    parse,
    refusal,
    signature,
)

__all__ = ["Denial", "clear_denials", "denials", "kept_objects", "refuse", "requester"]

_Caller = Caller | Administrator

# Services whose calls moto looks up in the account of the caller only, where AWS takes the account of the ARN.
_FORWARDED = frozenset({"kms", "lambda", "sns", "sqs"})

_kept: ContextVar[frozenset[str]] = ContextVar("_kept", default=frozenset())
_requester: ContextVar[str | None] = ContextVar("_requester", default=None)


def refuse(environ: Environ) -> Response | None:
    """Decides a request to the endpoint: the refusal, or None if it may go on."""
    _kept.set(frozenset())
    _requester.set(None)
    signed = signature(environ)
    if signed is None:
        return None
    session = caller_of(signed.access_key)
    account = session.account if session else account_of(signed)
    _requester.set(account)
    # moto knows the accounts of role sessions, not those of administrators.
    forward(environ, account)
    caller: _Caller = Administrator(account) if session is None or session.unrestricted else session
    try:
        call = _call(environ, signed, caller)
        if call is None:
            return None
        if call.operation == "DeleteObjects":
            _kept.set(_denied_objects(caller, call))
        else:
            _check_all(caller, call)
            _forward(environ, call)
    except LocalAwsError as error:
        drain(environ)
        return refusal(environ, signed, error)
    return None


def kept_objects() -> frozenset[str]:
    """ARNs of the objects that the DeleteObjects call of this thread may not delete."""
    return _kept.get()


def requester() -> str | None:
    """The account whose request this thread serves; None outside of signed requests."""
    return _requester.get()


def _call(environ: Environ, signed: Signature, caller: _Caller) -> Call | None:
    """The call; None for one of an administrator in which no policy has a say."""
    if isinstance(caller, Caller):
        return parse(environ, signed, caller.account)
    if not crosses_accounts(environ, signed, caller.account):
        return None
    try:
        call = parse(environ, signed, caller.account)
        requests.needs(call)
    except NotSupportedLocallyError:
        # The tables know what roles call; an administrator may call anything.
        return None
    return call


def _check_all(caller: _Caller, call: Call) -> None:
    for need in [*requests.needs(call), *key_needs(call)]:
        _check(caller, call, need)
    missing = missing_object_need(call)
    if missing is not None:
        _check(caller, call, missing)


def _check(caller: _Caller, call: Call, need: Need) -> None:
    if isinstance(caller, Administrator) and owner_of(need.action, need.resource) in (None, caller.account):
        return
    resources = (need.resource, *need.also)
    decisions = [decide(caller, need.action, each, need.context, call.region) for each in resources]
    explicit = next((each for each in decisions if each.effect is Effect.EXPLICIT_DENY), None)
    if explicit is None and any(each.allowed for each in decisions):
        return
    nearest = next((each for each in decisions if each.lacks_resource_policy), decisions[0])
    deny(caller, need.action, need.resource, explicit or nearest)


def _denied_objects(caller: _Caller, call: Call) -> frozenset[str]:
    """DeleteObjects answers for each object on its own."""
    return frozenset(_denied(caller, call))


def _denied(caller: _Caller, call: Call) -> Iterator[str]:
    for need in requests.needs(call):
        try:
            _check(caller, call, need)
        except LocalAwsError:
            yield need.resource


def _forward(environ: Environ, call: Call) -> None:
    """Sends a call that names a resource of another account by its ARN or URL to that account."""
    if call.service not in _FORWARDED:
        return
    owners = {account_of_arn(each.resource) for each in requests.needs(call)} - {None, call.account}
    if owners:
        forward(environ, str(owners.pop()))

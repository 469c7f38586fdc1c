"""Enforces the policies of role sessions on every call to the endpoint.

Restricted are calls that are signed with the access key of a role session. The administrator's credentials, other
access keys and the roles of the CDK bootstrap stack are not, and neither is what CloudFormation creates: moto's
CloudFormation calls the other backends directly.
"""

from __future__ import annotations

from contextvars import ContextVar

from werkzeug.wrappers import Response

from local_aws.errors import AccessDeniedError, LocalAwsError
from local_aws.iam import requests
from local_aws.iam.authorize import Denial, check, clear_denials, decide, denials
from local_aws.iam.authorize import refuse as deny
from local_aws.iam.callers import Caller, caller_of
from local_aws.iam.policy import Effect
from local_aws.iam.s3_effects import key_needs, missing_object_need
from local_aws.iam.services.rules import Call, Need
from local_aws.iam.wire import Environ, drain, parse, refusal, signature

__all__ = ["Denial", "clear_denials", "denials", "kept_objects", "refuse"]

_kept: ContextVar[frozenset[str]] = ContextVar("_kept", default=frozenset())


def refuse(environ: Environ) -> Response | None:
    """Decides a request to the endpoint: the refusal, or None if it may go on."""
    _kept.set(frozenset())
    signed = signature(environ)
    caller = caller_of(signed.access_key) if signed else None
    if signed is None or caller is None or caller.unrestricted:
        return None
    try:
        call = parse(environ, signed, caller.account)
        if call.operation == "DeleteObjects":
            _kept.set(_denied_objects(caller, call))
        else:
            _check_all(caller, call)
    except LocalAwsError as error:
        drain(environ)
        return refusal(environ, signed, error)
    return None


def kept_objects() -> frozenset[str]:
    """ARNs of the objects that the DeleteObjects call of this thread may not delete."""
    return _kept.get()


def _check_all(caller: Caller, call: Call) -> None:
    for need in [*requests.needs(call), *key_needs(call)]:
        _check(caller, call, need)
    missing = missing_object_need(call)
    if missing is not None:
        _check(caller, call, missing)


def _check(caller: Caller, call: Call, need: Need) -> None:
    resources = (need.resource, *need.also)
    decisions = [decide(caller, need.action, each, need.context, call.region) for each in resources]
    explicit = next((each for each in decisions if each.effect is Effect.EXPLICIT_DENY), None)
    if explicit is not None or not any(each.allowed for each in decisions):
        deny(caller, need.action, need.resource, explicit or decisions[0])


def _denied_objects(caller: Caller, call: Call) -> frozenset[str]:
    """DeleteObjects answers for each object on its own."""
    denied = set()
    for need in requests.needs(call):
        try:
            check(caller, need.action, need.resource, need.context, call.region)
        except AccessDeniedError:
            denied.add(need.resource)
    return frozenset(denied)

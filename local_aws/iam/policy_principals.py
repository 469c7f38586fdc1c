"""The Principal and NotPrincipal elements of resource policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from local_aws.iam.conditions import Context

_SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+")
_IN_ACCOUNT = re.compile(r"arn:(?P<partition>[^:]+):(iam|sts)::(?P<account>\d{12}):.+")


class Grant(IntEnum):
    """How closely a statement names the caller; what its Allow is worth grows with it."""

    NOBODY = 0  # it does not name the caller
    ACCOUNT = 1  # its account: identity policies have to allow the request too
    PRINCIPAL = 2  # its role or user, or a service, or everyone
    SESSION = 3  # this very session


def granted_to(statement: Mapping[str, Any], principal_arn: str, context: Context) -> Grant:
    """How a statement of a resource policy names the caller; of a Deny it matters only whether it does."""
    identities = _identities(principal_arn, context)
    if "NotPrincipal" in statement:
        listed = _names(statement["NotPrincipal"])
        excepted = [bool(names & listed) for names in identities.values()]
        # AWS may check account, role and session each, so a Deny spares only who is listed with all of them; an
        # Allow for "everybody but" must not reach who is listed with any of them.
        spared = all(excepted) if statement["Effect"] == "Deny" else any(excepted)
        return Grant.NOBODY if "*" in listed or spared else Grant.PRINCIPAL
    listed = _names(statement.get("Principal"))
    matched = [grant for grant, names in identities.items() if names & listed]
    if "*" in listed:
        matched.append(Grant.PRINCIPAL)
    return max(matched, default=Grant.NOBODY)


def _identities(principal_arn: str, context: Context) -> dict[Grant, set[str]]:
    """Every way to write the caller in a policy, by what it grants."""
    in_account = _IN_ACCOUNT.fullmatch(principal_arn)
    if in_account is None:
        return {Grant.PRINCIPAL: {principal_arn}}
    account = {in_account["account"], f"arn:{in_account['partition']}:iam::{in_account['account']}:root"}
    if principal_arn in account:
        return {Grant.ACCOUNT: account}
    session = _SESSION.fullmatch(principal_arn)
    if session is None:
        return {Grant.ACCOUNT: account, Grant.PRINCIPAL: {principal_arn}}
    role = context.single("aws:PrincipalArn")
    if role is None or not role.startswith("arn:") or ":role/" not in role:
        role = f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}"
    return {Grant.ACCOUNT: account, Grant.PRINCIPAL: {role}, Grant.SESSION: {principal_arn}}


def _names(element: Any) -> set[str]:
    """The principals of an element; only as the whole of a name is ``*`` a wildcard."""
    if element is None:
        return set()
    if isinstance(element, str):
        return {element}
    names: set[str] = set()
    for kind in ("AWS", "Service", "Federated"):
        listed = element.get(kind, [])
        values = {listed} if isinstance(listed, str) else set(listed)
        # Everyone is written AWS: "*"; as a service or an identity provider it means nobody here.
        names |= values if kind == "AWS" else values - {"*"}
    return names

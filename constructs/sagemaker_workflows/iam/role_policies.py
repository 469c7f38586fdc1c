"""What a role that the app makes is allowed, as far as its policies are known when the app is synthesized."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from sagemaker_workflows._core.acknowledge import flatten
from sagemaker_workflows._core.place import stack_of
from sagemaker_workflows.iam.permission import Permission

#: What CloudFormation fills in, as it stands in a flattened ARN: a reference, or a function in braces.
_FILLED_IN = re.compile(r"<[^<>]*>|\{.*\}")
_FUNCTION = re.compile(r"\{.*\}")


def missing_permissions(role: iam.Role, wanted: Iterable[Permission]) -> list[Permission] | None:
    """Those of ``wanted`` that no policy of the role allows; None: the role has a policy that is not seen here.

    In doubt a statement allows: its conditions are not evaluated, and an ARN in literals may be that of a resource of
    the app.
    """
    statements = _statements(role)
    if statements is None:
        return None
    stack = stack_of(role)
    missing = []
    for each in wanted:
        resources = [flatten(resource) for resource in stack.resolve(each.resources)]
        refused = [
            (action, resource)
            for action in each.actions
            for resource in resources
            if not any(_allows(statement, action, resource) for statement in statements)
        ]
        if refused:
            actions, places = (list(dict.fromkeys(part)) for part in zip(*refused, strict=True))
            missing.append(Permission(each.sid, actions, places))
    return missing


def told(missing: Iterable[Permission]) -> str:
    """The permissions for a message."""
    return "; ".join(
        f"{', '.join(each.actions)} on {', '.join(_FUNCTION.sub('*', one) for one in each.resources)}"
        for each in missing
    )


def _statements(role: iam.Role) -> list[Mapping[str, Any]] | None:
    """Statements of all policies of the role; None: one of them is not of its stack."""
    stack = stack_of(role)
    resource = role.node.default_child
    if not isinstance(resource, iam.CfnRole):  # somebody else makes the role
        return None
    reference = {"Ref": stack.get_logical_id(resource)}
    policies = [each for each in stack.node.find_all() if isinstance(each, iam.CfnPolicy | iam.CfnManagedPolicy)]
    managed = {f"{{'Ref': '{stack.get_logical_id(each)}'}}": each for each in policies}
    attached = stack.resolve(resource.managed_policy_arns) or []
    if any(str(each) not in managed for each in attached):
        return None
    documents = [each["policyDocument"] for each in stack.resolve(resource.policies) or []]
    documents += [stack.resolve(managed[str(each)].policy_document) for each in attached]
    documents += [
        stack.resolve(each.policy_document) for each in policies if reference in (stack.resolve(each.roles) or [])
    ]
    return [statement for each in documents for statement in _as_list(each["Statement"])]


def _allows(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    if statement["Effect"] != "Allow":
        return False
    # What is allowed but for some is taken to be allowed.
    actions, resources = statement.get("Action", ["*"]), statement.get("Resource", ["*"])
    return any(covers(each.lower(), action.lower()) for each in _as_list(actions)) and any(
        covers(flatten(each), resource) for each in _as_list(resources)
    )


def covers(pattern: str, wanted: str) -> bool:
    """Whether ``pattern`` of a policy may match all that ``wanted`` does, whose own wildcards stand for themselves.

    What CloudFormation fills in may be any text, but two of them are the same only if they are called the same.
    """
    ours, theirs = list(_symbols(wanted)), list(_symbols(pattern))
    reached = {0}  # places in the pattern, after a part of what is wanted
    reached = set(_skip_stars(theirs, reached))
    for symbol in ours:
        following: set[int] = set()
        for place in reached:
            if place == len(theirs):
                continue
            other = theirs[place]
            if other == "*":
                following.add(place)
            elif other in (symbol, "?"):
                following.add(place + 1)
            elif len(other) > 1 and len(symbol) == 1:
                following |= {place, place + 1}  # filled in there, written out here
            elif len(symbol) > 1 and len(other) == 1:
                following |= set(_written_out(theirs, place))
        reached = set(_skip_stars(theirs, following))
    return len(theirs) in reached


def _symbols(text: str) -> Iterator[str]:
    """Characters, and what is filled in as one symbol."""
    place = 0
    for found in _FILLED_IN.finditer(text):
        yield from text[place : found.start()]
        yield found.group()
        place = found.end()
    yield from text[place:]


def _skip_stars(pattern: Sequence[str], places: Iterable[int]) -> Iterator[int]:
    for place in places:
        yield place
        while place < len(pattern) and pattern[place] == "*":
            place += 1
            yield place


def _written_out(pattern: Sequence[str], place: int) -> Iterator[int]:
    """Places behind one or more characters that may be what is filled in."""
    while place < len(pattern) and len(pattern[place]) == 1:
        place += 1
        yield place


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

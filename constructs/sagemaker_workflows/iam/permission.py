"""Permissions of a role that grows with the jobs it is given to: merged, so that the policy stays short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from aws_cdk import aws_iam as iam


@dataclass
class Permission:
    """A statement of a role's policy.

    Args:
        sid: What it is about; a second one of the same kind gets a number. Empty: the statement has none.
        actions: Actions.
        resources: ARN patterns.
        conditions: Conditions; default: none.
        added: The statement in the role's policy, once it is there.
    """

    sid: str
    actions: list[str]
    resources: list[str]
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    added: iam.PolicyStatement | None = None

    def statement(self, index: int = 0) -> iam.PolicyStatement:
        """The statement for a policy."""
        sid = {"Sid": f"{self.sid}{index or ''}"} if self.sid else {}
        conditions = {"Condition": self.conditions} if self.conditions else {}
        # Of JSON: what goes to Node.js in the form of a policy is not walked for its types on the way.
        return iam.PolicyStatement.from_json(
            {**sid, "Effect": "Allow", "Action": self.actions, "Resource": self.resources, **conditions}
        )

    def join(self, other: Permission) -> list[str] | None:
        """Takes ``other`` in; the resources that are new here, or None if the two cannot be one statement."""
        if self.sid != other.sid:
            return None
        if set(other.actions) <= set(self.actions) and self.conditions == other.conditions:
            return self._add_resources(other.resources)
        if self.resources != other.resources or self.conditions.keys() != other.conditions.keys():
            return None
        # Of the conditions only patterns of prefixes may differ, which say of themselves what they allow.
        if any(self.conditions[key] != other.conditions[key] for key in self.conditions.keys() - {"StringLike"}):
            return None
        self._add_actions(other.actions)
        self._add_patterns(other.conditions.get("StringLike", {}))
        return []

    def _add_resources(self, resources: Sequence[str]) -> list[str]:
        if new := _uncovered(resources, self.resources):
            self.resources += new
            if self.added:
                self.added.add_resources(*new)
        return new

    def _add_actions(self, actions: Sequence[str]) -> None:
        if new := [each for each in actions if each not in self.actions]:
            self.actions += new
            if self.added:
                self.added.add_actions(*new)

    def _add_patterns(self, patterns: Mapping[str, Sequence[str]]) -> None:
        for key, values in patterns.items():
            known = self.conditions["StringLike"][key]
            if new := _uncovered(values, known):
                known += new
                if self.added:
                    self.added.add_condition("StringLike", {key: known})


def join_permissions(role: iam.Role, known: list[Permission], wanted: Iterable[Permission]) -> list[str]:
    """Gives the role what it does not have yet, and ``known`` with it.

    Args:
        role: The role.
        known: What the role has been given so far.
        wanted: What it is to be allowed.

    Returns:
        Resources that are new to the role.
    """
    fresh: list[str] = []
    for each in wanted:
        joined = next((new for one in known if (new := one.join(each)) is not None), None)
        if joined is None:
            known.append(each)
            joined = each.resources
        fresh += joined
    statements = []
    for index, each in enumerate(known):
        if each.added is None:
            before = sum(1 for other in known[:index] if other.sid == each.sid)
            each.added = each.statement(before)
            statements.append(each.added)
    add_statements(role, statements)
    return fresh


def add_statements(role: iam.IRole, statements: Sequence[iam.PolicyStatement]) -> None:
    """Allows a role ``statements``, as far as it is not imported as immutable; many in one call into Node.js."""
    if not statements:
        return
    if not isinstance(role, iam.Role):
        for each in statements:
            role.add_to_principal_policy(each)
        return
    rest = list(statements)
    if role not in _POLICIES:
        # The role makes its policy with its first statement.
        role.add_to_policy(rest.pop(0))
        policy = role.node.try_find_child("DefaultPolicy")
        if not isinstance(policy, iam.Policy):  # a role that somebody else makes has none here
            for each in rest:
                role.add_to_policy(each)
            return
        _POLICIES[role] = policy
    if rest:
        _POLICIES[role].add_statements(*rest)


_POLICIES: WeakKeyDictionary[iam.Role, iam.Policy] = WeakKeyDictionary()


def _uncovered(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    """Those of ``wanted`` that no pattern in ``known`` covers; the wildcard of ours stands at the end."""
    new = []
    for each in dict.fromkeys(wanted):
        if not any(each == one or (one.endswith("*") and each.startswith(one[:-1])) for one in known):
            new.append(each)
    return new

"""Permission atoms: one role, one statement, one action, one resource; and policies without some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.iam.authorize import Denial
from local_aws.iam.matching import arn_match, wildcard_match

Document = Mapping[str, Any]
#: Policy name to document.
Documents = Mapping[str, Document]


@dataclass(frozen=True, order=True)
class Atom:
    """The smallest permission that can be taken away.

    Args:
        role: Logical id of the role.
        role_name: Name of the role.
        policy: Name of the policy.
        index: Position of the statement in the policy.
        statement: Sid of the statement; ``statement <index>`` where it has none.
        action: Action as the statement spells it; ``NotAction ...`` stands for that whole element.
        resource: Resource as the statement spells it; ``NotResource ...`` stands for that whole element.
    """

    role: str
    role_name: str
    policy: str
    index: int
    statement: str
    action: str
    resource: str

    def refused_by(self, denial: Denial) -> bool:
        """Whether the denial is one of this role for this action on this resource."""
        return self.names(denial) and _covers(self.resource, denial.resource)

    def names(self, denial: Denial) -> bool:
        """Whether the denial is one of this role for this action, on whatever resource."""
        role_name = denial.principal.partition(":assumed-role/")[2].partition("/")[0]
        return role_name == self.role_name and (
            self.action.startswith("NotAction ") or wildcard_match(self.action, denial.action, ignore_case=True)
        )

    def document(self) -> dict[str, str]:
        """The atom as JSON can hold it."""
        return {"role": self.role, "statement": self.statement, "action": self.action, "resource": self.resource}

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} ({self.role}, {self.statement})"


def atoms_of(role: str, role_name: str, documents: Documents) -> Iterator[Atom]:
    """The atoms of a role's Allow statements; Deny statements grant nothing."""
    for policy, document in documents.items():
        for index, statement in enumerate(_listed(document["Statement"])):
            if statement["Effect"] != "Allow":
                continue
            name = statement.get("Sid") or f"statement {index}"
            for action in _units(statement, "Action"):
                for resource in _units(statement, "Resource"):
                    yield Atom(role, role_name, policy, index, name, action, resource)


def without(documents: Documents, atoms: Collection[Atom]) -> dict[str, Document]:
    """The documents of one role without the atoms; all else is allowed as before."""
    return {policy: _without(policy, document, atoms) for policy, document in documents.items()}


def _without(policy: str, document: Document, atoms: Collection[Atom]) -> Document:
    statements: list[Any] = []
    for index, statement in enumerate(_listed(document["Statement"])):
        removed = {(each.action, each.resource) for each in atoms if (each.policy, each.index) == (policy, index)}
        statements += _remaining(statement, removed) if removed else [statement]
    return {**document, "Statement": statements}


def _remaining(statement: Mapping[str, Any], removed: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Actions with the same resources left share a statement, and a Sid stands in one statement only."""
    actions_by_resources: dict[tuple[str, ...], list[str]] = {}
    for action in _units(statement, "Action"):
        kept = tuple(each for each in _units(statement, "Resource") if (action, each) not in removed)
        if kept:
            actions_by_resources.setdefault(kept, []).append(action)
    for number, (resources, actions) in enumerate(actions_by_resources.items()):
        changed = {key: value for key, value in statement.items() if key != "Sid" or number == 0}
        # NotAction and NotResource are one unit each: what is left of them is all of them.
        if "Action" in statement:
            changed["Action"] = actions
        if "Resource" in statement:
            changed["Resource"] = list(resources)
        yield changed


def _units(statement: Mapping[str, Any], element: str) -> list[str]:
    if element in statement:
        return list(dict.fromkeys(_listed(statement[element])))
    return [f"Not{element} {' '.join(_listed(statement[f'Not{element}']))}"]


def _covers(pattern: str, resource: str) -> bool:
    return pattern.startswith("NotResource ") or pattern == "*" or arn_match(pattern, resource)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]

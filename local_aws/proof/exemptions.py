"""The reviewed list of permissions that no run needs and that stay all the same, each with its reason."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from local_aws.base.errors import LocalAwsError
from local_aws.iam.matching import wildcard_match
from local_aws.proof.atoms import Atom

DEFAULT_FILE = Path("policy_exemptions.json")


@dataclass(frozen=True)
class Exemption:
    """Patterns with ``*`` and ``?``, and why what they match stays.

    Args:
        action: Pattern of the action as the policy spells it.
        reason: Why the permission is there although no run needs it.
        role: Pattern of the role's logical id.
        statement: Pattern of the statement's Sid, or of ``statement <index>``.
        resource: Pattern of the resource as the deployed policy spells it.
        stack: Pattern of the names of the stacks that it is for.
    """

    action: str
    reason: str
    role: str = "*"
    statement: str = "*"
    resource: str = "*"
    stack: str = "*"

    def matches(self, atom: Atom) -> bool:
        """Whether it is about this atom."""
        return all(
            wildcard_match(getattr(self, name), getattr(atom, name))
            for name in ("role", "statement", "action", "resource")
        )

    def document(self) -> dict[str, str]:
        """The exemption as the file has it."""
        return asdict(self)


def load(path: Path | None, stack: str) -> list[Exemption]:
    """The exemptions for one stack.

    Args:
        path: JSON file with a list of objects; None takes ``policy_exemptions.json`` if it is there.
        stack: Name of the stack.

    Raises:
        LocalAwsError: The file cannot be read, or an entry has other fields than those of :class:`Exemption` or lacks
            action or reason.
    """
    if path is None and not DEFAULT_FILE.exists():
        return []
    source = path or DEFAULT_FILE
    try:
        entries = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise LocalAwsError(f"--exemptions: cannot read {source} ({error.strerror})") from None
    except ValueError as error:
        raise LocalAwsError(f"{source}: invalid JSON ({error})") from None
    if not isinstance(entries, list):
        raise LocalAwsError(f"{source}: write a list of exemptions")
    found = [_parsed(source, number, entry) for number, entry in enumerate(entries, start=1)]
    return [each for each in found if wildcard_match(each.stack, stack)]


def stale(exemptions: Collection[Exemption], survivors: Collection[Atom]) -> list[Exemption]:
    """The exemptions that match no survivor: the permission is gone, or a run needs it after all."""
    return [each for each in exemptions if not any(each.matches(atom) for atom in survivors)]


def _parsed(source: Path, number: int, entry: Any) -> Exemption:
    names = [each.name for each in fields(Exemption)]
    if not isinstance(entry, dict) or not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise LocalAwsError(f"{source}: entry {number}: write an object whose values are non-empty strings")
    if unknown := sorted(set(entry) - set(names)):
        raise LocalAwsError(f"{source}: entry {number}: unknown field {unknown[0]}; the fields are {', '.join(names)}")
    if missing := [each for each in ("action", "reason") if each not in entry]:
        raise LocalAwsError(f"{source}: entry {number}: {missing[0]} is missing")
    return Exemption(**entry)

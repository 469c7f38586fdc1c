"""Findings that somebody has looked at and let stand, in the ``Comment`` of a state or of the machine, with a reason.

``"Comment": "Trains. check: allow reused-name: the input names the job"`` in a state is for that state, in the machine
for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.check.configuration import problem_of, unused
from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding, step

_ALLOWED = re.compile(r"check: allow (?P<rule>[a-z0-9-]+)(?::\s*(?P<reason>[^;]+))?")


@dataclass(frozen=True)
class _Allowance:
    """What a comment lets stand.

    Args:
        state: The state; :data:`WHOLE_MACHINE`: all.
        path: Where the comment stands.
        rule: Id of the rule.
        reason: Why.
    """

    state: str
    path: str
    rule: str
    reason: str | None

    def is_about(self, finding: StateFinding) -> bool:
        return finding.rule == self.rule and self.state in (finding.state, WHOLE_MACHINE)


def without_suppressed(definition: Any, found: Iterable[StateFinding]) -> Iterator[StateFinding]:
    """The findings that nobody allowed, and one for each allowance without a reason, of no rule, or for nothing."""
    allowed = list(_allowances(definition, WHOLE_MACHINE, "$"))
    if not allowed:
        yield from found
        return
    findings = list(found)
    right = []
    for each in allowed:
        if problem := problem_of(each.rule, each.reason, f"write check: allow {each.rule}: <why>"):
            yield StateFinding(each.state, each.path, "suppression", problem)
        elif not any(map(each.is_about, findings)):
            yield StateFinding(each.state, each.path, "suppression", unused(each.rule), is_warning=True)
        else:
            right.append(each)
    for finding in findings:
        if not any(each.is_about(finding) for each in right):
            yield finding


def _allowances(body: Any, state: str, path: str) -> Iterator[_Allowance]:
    if isinstance(body, list):
        for index, each in enumerate(body):
            yield from _allowances(each, state, step(path, index))
    if not isinstance(body, Mapping):
        return
    if isinstance(comment := body.get("Comment"), str):
        for match in _ALLOWED.finditer(comment):
            yield _Allowance(state, f"{path}.Comment", match["rule"], match["reason"])
    for field in ("Branches", "ItemProcessor", "Iterator"):
        yield from _allowances(body.get(field), state, f"{path}.{field}")
    states = body.get("States")
    for name, inner in states.items() if isinstance(states, Mapping) else ():
        yield from _allowances(inner, str(name), step(f"{path}.States", str(name)))

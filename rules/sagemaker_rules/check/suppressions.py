"""Findings that somebody has looked at and let stand, in the ``Comment`` of a state or of the machine, with a reason.

``"Comment": "Trains. check: allow reused-name: the input names the job"`` in a state is for that state, in the machine
for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding

_ALLOWED = re.compile(r"check: allow (?P<rule>[a-z0-9-]+)(?::\s*(?P<reason>[^;]+))?")


def without_suppressed(definition: Any, found: Iterable[StateFinding]) -> Iterator[StateFinding]:
    """The findings that nobody allowed, and one for each allowance without a reason."""
    allowed = list(_allowances(definition, WHOLE_MACHINE, "$"))
    for state, path, rule, reason in allowed:
        if not reason:
            message = f"allows {rule} without a reason; write check: allow {rule}: <why>"
            yield StateFinding(state, f"{path}.Comment", "suppression", message)
    pairs = {(state, rule) for state, _, rule, reason in allowed if reason}
    for finding in found:
        if (finding.state, finding.rule) not in pairs and (WHOLE_MACHINE, finding.rule) not in pairs:
            yield finding


def _allowances(body: Any, state: str, path: str) -> Iterator[tuple[str, str, str, str | None]]:
    if isinstance(body, list):
        for each in body:
            yield from _allowances(each, state, path)
    if not isinstance(body, Mapping):
        return
    if isinstance(comment := body.get("Comment"), str):
        for match in _ALLOWED.finditer(comment):
            yield state, path, match["rule"], match["reason"]
    for field in ("Branches", "ItemProcessor", "Iterator"):
        yield from _allowances(body.get(field), state, f"{path}.{field}")
    states = body.get("States")
    for name, inner in states.items() if isinstance(states, Mapping) else ():
        yield from _allowances(inner, str(name), f"{path}.States.{name}")

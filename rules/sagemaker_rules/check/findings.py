"""What the check says: one finding, and where in a definition it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: Stands where a finding belongs to no single state.
WHOLE_MACHINE = "(state machine)"
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class StateFinding:
    """Something in a definition that AWS would refuse or that would fail at run time or, as a warning, might.

    Args:
        state: Name of the state, or :data:`WHOLE_MACHINE`.
        path: JSONPath from the root of the definition, as in ``$.States.Train.Parameters.RoleArn``.
        rule: Name of the rule, as in ``docs/check.md``.
        message: What is wrong; what to write instead.
        is_warning: True where the definition may be right all the same.
    """

    state: str
    path: str
    rule: str
    message: str
    is_warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        line = f"{self.state}: {self.path}: {self.rule}: {kind}{self.message}"
        # One finding is one line, whatever stands in the definition.
        return line.replace("\r", "\\r").replace("\n", "\\n")


def step(path: str, key: str | int) -> str:
    """``path`` and one more key or index, in brackets where the key is no identifier."""
    return f"{path}[{key}]" if isinstance(key, int) else path + _of_key(key)


@lru_cache(maxsize=4096)
def _of_key(key: str) -> str:
    if _IDENTIFIER.fullmatch(key):
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"

"""One rule on what AWS accepts, as data; the rooms define tables of them, `rulebook` holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """Something that AWS refuses, or that fails at run time or, as a warning, may fail.

    Args:
        id: Its name in findings, options and suppressions, in kebab case; unique.
        says: One sentence: what AWS refuses.
        source: URL of the page or issue in which AWS says so, or in which its answer is recorded.
        example: A short input that breaks the rule.
        level: ``error`` where AWS refuses it for certain; ``warning`` where it may be right all the same.
    """

    id: str
    says: str
    source: str
    example: str
    level: Level = "error"

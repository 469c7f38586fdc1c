"""What is said of one mistake in a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from local_aws.stepfunctions.places import Place

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
TRANSITION: Final = "MISSING_TRANSITION_TARGET"
INVALID_JSONATA: Final = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED_JSONATA: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


@dataclass(frozen=True)
class Words:
    """What is said of one mistake.

    Args:
        message: A sentence; None: that of the rule.
        place: Where; None: the whole machine.
        code: The kind.
    """

    message: str | None
    place: Place | None
    code: str = SCHEMA


@dataclass(frozen=True)
class Required:
    """A field that is missing: those of one object are said together.

    Args:
        field: Its name.
        place: The object.
    """

    field: str
    place: Place


#: What is said at a place where a rule is broken.
Wording = Callable[[Place], Iterable[Words | Required]]

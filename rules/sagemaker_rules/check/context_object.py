"""The fields of the context object: ``$$`` in JSONPath, ``$states.context`` in JSONata.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.check.jsonata_functions import Kind

# Text, number or anything; a mapping goes on.
_TEXT, _NUMBER, _ANY = "text", "number", None
_FIELDS: Mapping[str, Any] = {
    "Execution": {
        "Id": _TEXT,
        "Input": _ANY,
        "Name": _TEXT,
        "RoleArn": _TEXT,
        "StartTime": _TEXT,
        "RedriveCount": _NUMBER,
        "RedriveTime": _TEXT,
    },
    "State": {"EnteredTime": _TEXT, "Name": _TEXT, "RetryCount": _NUMBER},
    "StateMachine": {"Id": _TEXT, "Name": _TEXT},
    "Task": {"Token": _TEXT},
    "Map": {"Item": {"Index": _NUMBER, "Value": _ANY, "Key": _TEXT, "Source": _TEXT}},
}


@dataclass(frozen=True)
class ContextProblem:
    """A field that the context object does not have."""

    message: str
    is_warning: bool


def context_problem(names: Sequence[str], root: str) -> ContextProblem | None:
    """What is wrong with a way into the context object; None where nothing is.

    Args:
        names: Fields from the root on.
        root: How the context object is called.
    """
    here: Any = _FIELDS
    for index, name in enumerate(names):
        if not isinstance(here, Mapping):
            return None
        if name not in here:
            place = ".".join([root, *names[:index]])
            lower = {each.lower(): each for each in here}
            close = difflib.get_close_matches(name.lower(), lower, n=1)
            instead = f"{place}.{lower[close[0]]}" if close else f"one of {', '.join(here)}"
            # Fields come with the years; one that resembles none may be newer than this table.
            return ContextProblem(f"{place} has no field {name!r}; write {instead}", not close)
        here = here[name]
    return None


def context_kind(names: Sequence[str]) -> Kind | None:
    """What a field of the context object holds: ``text``, ``number``, ``object``; None where that is not known."""
    here: Any = _FIELDS
    for name in names:
        if not isinstance(here, Mapping) or name not in here:
            return None
        here = here[name]
    kind: Kind | None = "object" if isinstance(here, Mapping) else here
    return kind

"""The states of an execution: what each got and gave, how often it was tried, what it caught."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

CAUGHT: Final = "CAUGHT"
FAILURES: Final = ("FAILED", "TIMED_OUT", "ABORTED")


@dataclass(frozen=True)
class Failure:
    """Name and cause of an error."""

    error: str
    cause: str = ""

    def document(self) -> dict[str, str]:
        """The failure as JSON can hold it."""
        return {"error": self.error, "cause": self.cause}


@dataclass(frozen=True)
class Iteration:
    """Where in a Map a state runs: the Map's name, and the index of the item or batch."""

    state: str
    index: int


@dataclass(frozen=True)
class StateRun:
    """One entry into a state.

    Args:
        name: State name.
        status: RUNNING, SUCCEEDED, CAUGHT (it failed, and went on to the state that its ``Catch`` names), FAILED,
            TIMED_OUT or ABORTED.
        seconds: How long it took, or has taken so far.
        type: Its type, as in ``Task``.
        input: What it got, as JSON text.
        output: What it gave; None while it runs, and of one that failed.
        attempts: How often it was tried.
        failure: Why it failed, caught or not.
        retried: Why each attempt before the last failed.
        iterations: The Maps in whose iterations it ran, outermost first.
    """

    name: str
    status: str
    seconds: float
    type: str = ""
    input: str | None = None
    output: str | None = None
    attempts: int = 1
    failure: Failure | None = None
    retried: tuple[Failure, ...] = ()
    iterations: tuple[Iteration, ...] = ()

    @property
    def label(self) -> str:
        """Its name, and the index of each Map that it runs in, as in ``Train[0][2]``."""
        return self.name + "".join(f"[{each.index}]" for each in self.iterations)

    def document(self) -> dict[str, Any]:
        """The state as JSON can hold it."""
        document: dict[str, Any] = {"name": self.name, "type": self.type, "status": self.status}
        if self.iterations:
            document["index"] = self.iterations[-1].index
            document["iterations"] = [{"state": each.state, "index": each.index} for each in self.iterations]
        document |= {"seconds": self.seconds, "attempts": self.attempts}
        document |= {name: _value(text) for name, text in (("input", self.input), ("output", self.output))}
        if self.failure:
            document |= self.failure.document()
        return document | ({"retried": [each.document() for each in self.retried]} if self.retried else {})


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)

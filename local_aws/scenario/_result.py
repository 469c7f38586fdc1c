"""How a scenario went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from local_aws.base.errors import LocalAwsError
from local_aws.iam.authorize import Denial


class UnexpectedError(LocalAwsError):
    """Something happened otherwise than the scenario has it; the text says what."""


@dataclass(frozen=True)
class ScenarioResult:
    """How a scenario went. For more than this, make a subclass with ``details`` and ``show_details``.

    Args:
        name: Name of the scenario.
        happened: What was seen to happen, in that order.
        failure: What did not happen; None: everything did.
        denials: Calls that policies refused.
        work_dir: Where logs lie.
    """

    name: str
    happened: tuple[str, ...]
    failure: str | None
    denials: tuple[Denial, ...]
    work_dir: Path

    @property
    def succeeded(self) -> bool:
        """Whether everything happened: the exit status is 0."""
        return self.failure is None

    def details(self) -> dict[str, Any]:
        """Further fields of the document, as JSON can hold them."""
        return {}

    def show_details(self, console: Console) -> None:
        """Prints, for people, what stands between the heading and the failure."""

    def document(self) -> dict[str, Any]:
        """The result as JSON can hold it: ``succeeded``, ``failure``, ``happened``, the details, ``denied``."""
        return {
            "succeeded": self.succeeded,
            "failure": self.failure,
            "happened": list(self.happened),
            **self.details(),
            "denied": [
                {"principal": each.principal, "action": each.action, "resource": each.resource} for each in self.denials
            ],
        }

    def show(self, console: Console) -> None:
        """Prints the result for people: heading, details, what did not happen and what was denied, folder of logs."""
        colour, word = ("green", "everything happened") if self.succeeded else ("red", "failed")
        console.print(f"\n[bold]{escape(self.name)}[/] [{colour}]{word}[/]")
        self.show_details(console)
        if self.failure:
            console.print(f"[red]{escape(self.failure)}[/]", highlight=False, soft_wrap=True)
            for denial in self.denials:
                line = f"denied: {denial.principal}: {denial.action} on {denial.resource}"
                console.print(escape(line), highlight=False, soft_wrap=True)
        console.print(f"logs: {escape(str(self.work_dir))}", highlight=False, soft_wrap=True)

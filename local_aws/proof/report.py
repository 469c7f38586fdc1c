"""What a proof has found: for programs and for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from local_aws.proof.atoms import Atom
from local_aws.proof.exemptions import Exemption, stale


@dataclass(frozen=True)
class Verdict:
    """What taking one atom away has led to.

    Args:
        atom: The permission.
        killed_by: What was refused without it: ``UpdateStateMachine``, or the name of a state machine whose run failed;
            None for a survivor.
        refusal: The refused call, as in ``s3:GetObject on arn:...``; None if nothing was refused.
        cause: Why the run failed; empty for a survivor. A survivor with a refusal was refused, but its run went on.
    """

    atom: Atom
    killed_by: str | None = None
    refusal: str | None = None
    cause: str = ""

    def document(self) -> dict[str, Any]:
        """The verdict as JSON can hold it."""
        document: dict[str, Any] = {**self.atom.document(), "refusal": self.refusal}
        return {**document, "killedBy": self.killed_by, "cause": self.cause} if self.killed_by else document


@dataclass(frozen=True)
class ProofResult:
    """The verdicts on all atoms of a stack.

    Args:
        stack: Name of the stack.
        verdicts: One per atom.
        exemptions: The reviewed list, as far as it is about this stack.
        seconds: How long it took, synthesis and deployment included.
        is_partial: Whether only some of the state machines were run; the list of exemptions is for all.
    """

    stack: str
    verdicts: tuple[Verdict, ...]
    exemptions: tuple[Exemption, ...]
    seconds: float
    is_partial: bool = False

    @property
    def killed(self) -> list[Verdict]:
        """Those that are needed."""
        return [each for each in self.verdicts if each.killed_by]

    @property
    def survivors(self) -> list[Verdict]:
        """Those that no run needed."""
        return [each for each in self.verdicts if not each.killed_by]

    @property
    def unexplained(self) -> list[Verdict]:
        """Survivors without an exemption."""
        return [each for each in self.survivors if self.exemption(each) is None]

    @property
    def stale(self) -> list[Exemption]:
        """Exemptions that match no survivor; in a partial proof those of them that match any atom of it."""
        found = stale(self.exemptions, [each.atom for each in self.survivors])
        if self.is_partial:
            return [one for one in found if any(one.matches(each.atom) for each in self.verdicts)]
        return found

    @property
    def succeeded(self) -> bool:
        """Whether every survivor is explained, and every explanation has its survivor."""
        return not self.unexplained and not self.stale

    def exemption(self, survivor: Verdict) -> Exemption | None:
        """The first exemption that matches."""
        return next((each for each in self.exemptions if each.matches(survivor.atom)), None)

    def document(self) -> dict[str, Any]:
        """The result as JSON can hold it."""
        uses = Counter(self.exemption(each) for each in self.survivors)
        reasons = {each.atom: found.reason for each in self.survivors if (found := self.exemption(each))}
        return {
            "stack": self.stack,
            "succeeded": self.succeeded,
            "atoms": len(self.verdicts),
            "killed": [each.document() for each in self.killed],
            "survivors": [{**each.document(), "exemption": reasons.get(each.atom)} for each in self.survivors],
            "unexplained": len(self.unexplained),
            "exemptions": [{**each.document(), "survivors": uses[each]} for each in self.exemptions],
            "staleExemptions": [each.document() for each in self.stale],
            "seconds": round(self.seconds, 1),
        }


def show(result: ProofResult, console: Console) -> None:
    """Prints the survivors, with the reasons of those that have one, and the counts."""
    for exemption, count in Counter(result.exemption(each) for each in result.survivors).items():
        if exemption:
            _line(console, f"[dim]exempt: {count} x {escape(exemption.action)}: {escape(exemption.reason)}[/]")
    for each in result.unexplained:
        refused = " (refused, but the run went on)" if each.refusal else ""
        _line(console, f"[red]no run needed[/] {escape(str(each.atom))}{refused}")
    for stale_one in result.stale:
        listed = ", ".join(f"{key} {value}" for key, value in stale_one.document().items() if value != "*")
        _line(console, f"[red]stale exemption[/], it matches no survivor: {escape(listed)}")
    colour = "green" if result.succeeded else "red"
    _line(
        console,
        f"[bold]{escape(result.stack)}[/] {len(result.verdicts)} permissions: {len(result.killed)} killed, "
        f"{len(result.survivors)} survivors, [{colour}]{len(result.unexplained)} of them unexplained[/] "
        f"({result.seconds:.0f} s)",
    )


def _line(console: Console, markup: str) -> None:
    console.print(markup, highlight=False, soft_wrap=True)

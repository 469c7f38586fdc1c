"""How ``run mlops`` went: what happened, and the versions at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local_aws.scenario import ScenarioResult

from .promotion import Endpoint


@dataclass
class Version:
    """A version, as the table at the end shows it.

    Args:
        arn: Its ARN.
        number: Number in its group.
        mse: Mean squared error that it was registered with.
        status: Approval status.
        life_cycle: Stage and StageStatus, as far as they are set.
        endpoints: Endpoints that serve it at the end.
    """

    arn: str
    number: int | None
    mse: float | None
    status: str | None
    life_cycle: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def stage(self) -> str:
        """Stage and how it went there, for people."""
        return ": ".join(self.life_cycle[key] for key in ("Stage", "StageStatus") if self.life_cycle.get(key))

    def document(self) -> dict[str, Any]:
        """The version as JSON can hold it."""
        return {
            "modelPackageArn": self.arn,
            "version": self.number,
            "metrics": {"mse": self.mse},
            "approvalStatus": self.status,
            "modelLifeCycle": dict(self.life_cycle),
            "endpoints": [vars(each) for each in self.endpoints],
        }


@dataclass(frozen=True)
class StoryResult(ScenarioResult):
    """How the story went, and the versions at the end."""

    versions: tuple[Version, ...]

    def details(self) -> dict[str, Any]:
        """The versions."""
        return {"versions": [each.document() for each in self.versions]}

    def show_details(self, console: Console) -> None:
        """Prints a line per version: metric, status, stage and endpoints."""
        table = Table("version", "mse", "status", "stage", "endpoint", box=None)
        table.columns[1].justify = "right"
        # What is cut off cannot be copied.
        table.columns[4].overflow = "fold"
        for version in self.versions:
            error = "" if version.mse is None else f"{version.mse:.1f}"
            endpoints = "\n".join(f"{each.name} ({each.account}) {each.status}" for each in version.endpoints)
            table.add_row(str(version.number), error, version.status, version.stage, escape(endpoints) or "none")
        console.print(table)

"""The table at the end of ``run mlops``, for people."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local_aws.scenarios.mlops_result import StoryResult


def show(result: StoryResult, console: Console) -> None:
    """Prints a line per version: metrics, status, stage and endpoints; then what did not happen, if anything."""
    colour, word = ("green", "everything happened") if result.succeeded else ("red", "failed")
    console.print(f"\n[bold]mlops[/] [{colour}]{word}[/]")
    table = Table("version", "mse", "status", "stage", "endpoint", box=None)
    table.columns[1].justify = "right"
    # What is cut off cannot be copied.
    table.columns[4].overflow = "fold"
    for version in result.versions:
        error = "" if version.mse is None else f"{version.mse:.1f}"
        endpoints = "\n".join(f"{each.name} ({each.account}) {each.status}" for each in version.endpoints)
        table.add_row(str(version.number), error, version.status, version.stage, escape(endpoints) or "none")
    console.print(table)
    if result.failure:
        console.print(f"[red]{escape(result.failure)}[/]", highlight=False, soft_wrap=True)
        for denial in result.denials:
            line = f"denied: {denial.principal}: {denial.action} on {denial.resource}"
            console.print(escape(line), highlight=False, soft_wrap=True)
    console.print(f"logs: {escape(str(result.work_dir))}", highlight=False, soft_wrap=True)

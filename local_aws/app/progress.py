"""Live progress on standard error: steps of the deployment, then states, jobs and training rounds."""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from local_aws.sagemaker.events import JobEvent

if TYPE_CHECKING:
    # They take long to import; who has one of these has them.
    from local_aws.app.pipeline_execution import StepResult
    from local_aws.app.states import StateRun


class Progress:
    """Prints what happens, one line each; on a terminal a spinner shows what is going on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("")
        #: Training job name to metric name to its values in order: one per round, or as a script has printed them.
        self.metrics: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def __enter__(self) -> Progress:
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Shows ``title`` while the block runs, and how long it took when it is done."""
        since = time.monotonic()
        around = self._status.status
        self._status.update(escape(title))
        yield
        self._status.update(around)
        self._console.print(f"[green]✓[/] {escape(title)} [dim]{time.monotonic() - since:.1f} s[/]")

    def detail(self, line: str) -> None:
        """Shows ``line`` beside the spinner only."""
        self._status.update(escape(line))

    def note(self, line: str) -> None:
        """Prints ``line``."""
        self._console.print(escape(line), style="dim", highlight=False, soft_wrap=True)

    def state_entered(self, name: str) -> None:
        """A state has begun."""
        self._status.update(escape(name))
        self._console.print(f"[cyan]▶[/] {escape(name)}")

    def state_ended(self, state: StateRun) -> None:
        """A state has ended."""
        mark = {"SUCCEEDED": "[green]✓[/]", "CAUGHT": "[yellow]![/]"}.get(state.status, "[red]✗[/]")
        caught = f" caught {escape(state.failure.error)}" if state.status == "CAUGHT" and state.failure else ""
        self._console.print(f"{mark} {escape(state.label)}{caught} [dim]{state.seconds:.1f} s[/]")

    def task_failed(self, error: str, cause: str) -> None:
        """An attempt of a task has failed; it may be retried."""
        from local_aws.app.execution import reason

        self._console.print(f"  [red]{escape(error)}[/] {escape(reason(cause))}", soft_wrap=True)

    def step_started(self, step: StepResult) -> None:
        """A step of a pipeline has begun."""
        self.state_entered(step.name)

    def step_ended(self, step: StepResult) -> None:
        """A step of a pipeline has ended."""
        mark = "[green]✓[/]" if step.status == "Succeeded" else "[red]✗[/]"
        made = f" {escape(step.made)}" if step.made else ""
        line = f"{mark} {escape(step.name)} {step.status} [dim]{step.seconds:.1f} s{made}[/]"
        self._console.print(line, highlight=False, soft_wrap=True)
        if step.reason:
            self._console.print(f"  [red]{escape(step.reason)}[/]", highlight=False, soft_wrap=True)

    def step_retried(self, step: StepResult) -> None:
        """A step of a pipeline is tried again."""
        self.note(f"  {step.name}: attempt {step.attempts}; server.log says why the one before failed")

    def callback_waits(self, step: StepResult, endpoint_url: str, variables: str) -> None:
        """A callback step waits for somebody's answer, sent to ``endpoint_url`` by a command with ``variables``."""
        self.note(
            f"  {step.name} waits for a worker's answer; or answer it yourself: {variables} aws sagemaker "
            f"send-pipeline-execution-step-success --callback-token {step.callback_token} "
            f"--endpoint-url {endpoint_url}"
        )

    def job_event(self, event: JobEvent) -> None:
        """A job has printed metrics, a trial of a tuning job has ended, or a labeling job waits for somebody."""
        if event.message and (event.kind == "labeling" or (event.kind == "tuning" and event.status == "InProgress")):
            self._console.print(f"  {escape(event.message)}", highlight=False, soft_wrap=True)
        for metric in event.metrics:
            values = self.metrics[event.name][metric.name]
            values.append(metric.value)
            where = f"round {metric.round}" if metric.is_of_round else f"value {len(values)}"
            self._console.print(f"  [dim]{where}[/] {escape(metric.name)} {metric.value:g}", highlight=False)

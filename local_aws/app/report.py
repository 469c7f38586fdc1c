"""The summary at the end of a run, for people."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local_aws.app.execution import ExecutionResult, reason
from local_aws.app.pipeline_execution import PipelineResult
from local_aws.app.results import PREDICTIONS_OUTPUT
from local_aws.app.run import ARTIFACTS, RunResult
from local_aws.app.states import CAUGHT, Failure


def show(result: RunResult, console: Console) -> None:
    """Prints status, seconds per state or step, metrics, predictions, and how good they are."""
    colour = "green" if result.succeeded else "red"
    console.print(f"\n[bold]{escape(result.stack.name)}[/] [{colour}]{result.execution.status}[/]{_caught(result)}")
    if isinstance(result.execution, PipelineResult):
        _show_pipeline(result.execution, console)
    elif isinstance(result.execution, ExecutionResult):
        _show_states(result.execution, console)
    for job, metrics in result.metrics.items():
        for name, values in metrics.items():
            listed = "  ".join(f"{value:g}" for value in values)
            _line(console, f"{name} ({job}): {listed}")
    for mail in result.mails:
        _line(console, f"mail to {mail.recipient}: {mail.subject} -> {mail.path}")
    for each in result.beside:
        _line(console, f"beside it: {each}")
    if logs := result.logs():
        _line(console, f"what jobs and functions have written ({len(logs)} logs): {result.work_dir}")
    if result.execution.succeeded:
        _show_success(result, console)
    if not result.succeeded:
        _show_failure(result, console)


def _caught(result: RunResult) -> str:
    """What the status leaves out."""
    number = len(result.execution.caught) if isinstance(result.execution, ExecutionResult) else 0
    return f", {number} failure{'s' if number > 1 else ''} caught" if number else ""


def _show_states(ended: ExecutionResult, console: Console) -> None:
    table = Table("state", "status", "seconds", box=None)
    table.columns[2].justify = "right"
    for state in ended.states:
        tried = f" ({state.attempts} attempts)" if state.attempts > 1 else ""
        table.add_row(escape(state.label), f"{state.status}{tried}", f"{state.seconds:.1f}")
    console.print(table)
    for state in ended.states:
        if state.failure and state.status == CAUGHT:
            _line(console, f"{state.label} caught {_told(state.failure)}")
        # What its execution has ended with is told below.
        elif state.failure and (state.failure.error, state.failure.cause) != (ended.error, ended.cause or ""):
            _line(console, f"{state.label} failed: {_told(state.failure)}")
        for number, failure in enumerate(state.retried, start=1):
            _line(console, f"{state.label}, attempt {number}, failed: {_told(failure)}")


def _told(failure: Failure) -> str:
    return ": ".join(each for each in (failure.error, reason(failure.cause)) if each) or "without a reason"


def _show_pipeline(ended: PipelineResult, console: Console) -> None:
    table = Table("step", "type", "status", "seconds", "made", box=None)
    table.columns[3].justify = "right"
    # What is cut off cannot be copied.
    table.columns[4].overflow = "fold"
    for step in ended.steps:
        tried = f" ({step.attempts} attempts)" if step.attempts > 1 else ""
        table.add_row(step.name, step.type, f"{step.status}{tried}", f"{step.seconds:.1f}", escape(step.made))
    for name in ended.skipped:
        table.add_row(name, "", "skipped: --skip-step", "", "")
    console.print(table)
    if ended.parameters:
        _line(console, f"parameters: {', '.join(f'{name}={value}' for name, value in ended.parameters.items())}")
    for package in ended.packages:
        version = f"version {package.version} of {package.group}" if package.group else package.arn
        _line(console, f"registered: {version}, {package.approval_status or 'no approval status'}")
        for kind, metrics in package.metrics.items():
            numbers = "  ".join(f"{name} {value:g}" for name, value in metrics.numbers().items())
            _line(console, f"  {kind}: {numbers or metrics.uri}")


def _show_success(result: RunResult, console: Console) -> None:
    predictions = result.stack.outputs.get(PREDICTIONS_OUTPUT)
    for artifact in result.artifacts:
        if predictions and artifact.uri.startswith(predictions):
            _line(console, f"predictions: {artifact.uri} -> {artifact.path}")
    _line(console, f"all {len(result.artifacts)} objects: {result.work_dir / ARTIFACTS}")
    for artifact in result.artifacts:
        if artifact.path is None:
            _line(console, f"not copied, no file can have this name: {artifact.uri}")
    if result.evaluation:
        rows, auc, accuracy = result.evaluation.rows, result.evaluation.auc, result.evaluation.accuracy
        console.print(f"[bold]test AUC {auc:.4f}, accuracy {accuracy:.4f}[/] ({rows} rows)", highlight=False)


def _show_failure(result: RunResult, console: Console) -> None:
    ended = result.execution
    if ended.succeeded:
        lost = [each.what for each in result.beside if each.fails_run]
        _line(console, f"the execution succeeded, but this came to nothing: {', '.join(lost)}")
    elif isinstance(ended, PipelineResult):
        _line(console, f"reason: {ended.reason or ended.status}")
        for step in ended.steps:
            if step.reason:
                _line(console, f"{step.name}: {step.reason}")
    elif isinstance(ended, ExecutionResult):
        _line(console, f"error: {ended.error}")
        _line(console, f"cause: {reason(ended.cause or '')}")
    for principal, action, resource in dict.fromkeys((d.principal, d.action, d.resource) for d in result.denials):
        _line(console, f"missing permission: {action} on {resource} for {principal}")
    for log, last in result.job_logs().items():
        # A job that fails before its container starts has written nothing; its reason is said above.
        if last:
            _line(console, f"last line of {log}: {last}")
    _line(console, f"server.log and the files of failed jobs: {result.work_dir}")


def _line(console: Console, text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)

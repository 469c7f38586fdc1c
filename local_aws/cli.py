"""``python -m local_aws``: the command line of the local AWS."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from local_aws.errors import LocalAwsError
from local_aws.settings import REGION

WORK_DIR = Path(".local_aws")
PATH = click.Path(path_type=Path)
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """An AWS on this machine that deploys CDK stacks and really runs their Step Functions + SageMaker workflows."""


@cli.command()
@click.argument("stack")
@click.option("--app", metavar="CMD", help="Command of the CDK app, or a cdk.out directory.  [default: cdk.json's]")
@click.option("-c", "--context", multiple=True, metavar="KEY=VALUE", help="CDK context value; may be repeated.")
@click.option(
    "--input", "input_text", default="{}", metavar="JSON|@FILE", help="Input of the execution.  [default: {}]"
)
@click.option("--execution-name", metavar="NAME", help="Name of the execution.  [default: run-<date>-<time>]")
@click.option("--state-machine", metavar="ID", help="Logical id of the state machine, if the stack has several.")
@click.option("--region", default=REGION, show_default=True, help="Region to play.")
@click.option(
    "--work-dir",
    type=click.Path(path_type=Path),
    help="Where logs, jobs and artifacts go.  [default: .local_aws/<name>]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
def run(stack: str, as_json: bool, work_dir: Path | None, execution_name: str | None, **given: Any) -> bool:
    """Deploy STACK to a fresh local AWS, run its state machine, and show what came out.

    Exit status 0 only when the execution succeeded. Progress goes to standard error.
    """
    from local_aws import execution, report
    from local_aws import run as runner
    from local_aws.progress import Progress

    name = execution_name or time.strftime("run-%Y%m%d-%H%M%S")
    execution.check_name(name)
    options = runner.Options(
        stack=stack,
        app=given["app"],
        directory=Path.cwd(),
        work_dir=work_dir or WORK_DIR / name,
        execution_name=name,
        input_json=_input(given["input_text"]),
        context=_context(given["context"]),
        state_machine=given["state_machine"],
        region=given["region"],
    )
    if options.work_dir.exists() and any(options.work_dir.iterdir()):
        raise LocalAwsError(f"{options.work_dir} is not empty: name another --execution-name or --work-dir")
    try:
        with Progress(Console(stderr=True)) as progress:
            result = runner.run(options, progress)
    except LocalAwsError as error:
        # The logs stay only where the message points to them.
        if str(options.work_dir) not in str(error):
            shutil.rmtree(options.work_dir, ignore_errors=True)
        raise
    if as_json:
        click.echo(json.dumps(result.document(), indent=2, ensure_ascii=False))
    else:
        report.show(result, Console())
    return result.succeeded


@cli.command()
@click.option("--port", default=5000, show_default=True, help="Loopback port; 0 takes a free one.")
@click.option("--region", default=REGION, show_default=True, help="Region to play.")
@click.option(
    "--work-dir",
    type=click.Path(path_type=Path),
    default=WORK_DIR / "serve",
    show_default=True,
    help="Where logs and jobs go.",
)
def serve(port: int, region: str, work_dir: Path) -> bool:
    """Keep a local AWS up for the CDK CLI, the AWS CLI and any SDK, until Ctrl-C.

    It starts empty, apart from what `cdk bootstrap` would make; what is deployed to it is gone when it stops.
    """
    from local_aws import server

    running = server.start(work_dir=work_dir, port=port, region=region)
    try:
        for name, value in server.client_environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"# ready at {running.endpoint_url}; log: {work_dir / server.LOG_FILE}; Ctrl-C stops it")
        sys.stdout.flush()
        threading.Event().wait()
    finally:
        running.stop()
    return True


@cli.command()
@click.argument("job_name")
@click.option("--manifest", required=True, type=PATH, help="Output manifest: one JSON object a line.")
@click.option(
    "--endpoint-url",
    envvar="AWS_ENDPOINT_URL",
    default="http://127.0.0.1:5000",
    show_default=True,
    help="The local AWS that runs the job, as `run` and `serve` print it.",
)
def label(job_name: str, manifest: Path, endpoint_url: str) -> bool:
    """Supply the output manifest that labeling job JOB_NAME waits for, in place of the people who would label.

    Exit status 0 only when the job completed with it.
    """
    from local_aws import label as labeling

    found = labeling.supply(name=job_name, manifest=manifest, endpoint_url=endpoint_url)
    status, counters = found["LabelingJobStatus"], found["LabelCounters"]
    if status != "Completed":
        raise LocalAwsError(f"labeling job {job_name}: {status}: {found.get('FailureReason', '')}")
    output = found["LabelingJobOutput"]["OutputDatasetS3Uri"]
    click.echo(f"labeling job {job_name}: {status}, {counters['TotalLabeled']} objects labeled, {output}")
    return True


def _input(text: str) -> str:
    """The execution input: JSON, or the content of ``@file``."""
    source = "--input"
    if text.startswith("@"):
        source = text[1:]
        try:
            text = Path(source).read_text()
        except OSError as error:
            raise LocalAwsError(f"--input: cannot read {source} ({error.strerror})") from None
    try:
        json.loads(text)
    except ValueError as error:
        raise LocalAwsError(f"{source}: invalid JSON ({error})") from None
    return text


def _context(pairs: Sequence[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise LocalAwsError(f"--context {pair}: write KEY=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status; a user's mistake is one line on standard error."""
    # A supervisor's SIGTERM stops jobs and functions just as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        succeeded = cli.main(arguments, prog_name="python -m local_aws", standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()} (see --help)", err=True)
        return error.exit_code
    except LocalAwsError as error:
        click.echo(f"error: {error}", err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    # --help ends with 0, commands with whether they succeeded.
    return int(succeeded is False)

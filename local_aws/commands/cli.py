"""``python -m local_aws``: the command line of the local AWS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from local_aws.app.options import Options, check_execution_name, json_text, known_region, pairs
from local_aws.base.errors import LocalAwsError
from local_aws.base.settings import REGION

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
@click.option("--input", "input_text", metavar="JSON|@FILE", help="Input of the state machine.  [default: {}]")
@click.option("--execution-name", metavar="NAME", help="Name of the execution.  [default: run-<date>-<time>-<pid>]")
@click.option("--state-machine", metavar="ID", help="Logical id of the state machine, if the stack has several.")
@click.option(
    "--pipeline", metavar="ID", help="Logical id or name of the SageMaker pipeline, if the stack has several."
)
@click.option(
    "--pipeline-parameter",
    "pipeline_parameters",
    multiple=True,
    metavar="KEY=VALUE",
    help="Value of a pipeline parameter; may be repeated.",
)
@click.option(
    "--skip-step",
    "skip_steps",
    multiple=True,
    metavar="NAME",
    help="Pipeline step to leave out, because it is not available locally; may be repeated.",
)
@click.option("--region", default=REGION, show_default=True, help="Region to play.")
@click.option(
    "--work-dir",
    type=click.Path(path_type=Path),
    help="Where logs, jobs and artifacts go.  [default: .local_aws/<name>]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
def run(stack: str, as_json: bool, work_dir: Path | None, execution_name: str | None, **given: Any) -> bool:
    """Deploy STACK to a fresh local AWS, run its state machine or SageMaker pipeline, and show what came out.

    In place of a stack, `mlops` plays a scenario: the model hand-over between five accounts, with a version that
    reaches production and one that QA rejects. The accounts are 111111111111 to 555555555555 unless -c gives others.

    Exit status 0 only when the execution succeeded, or all of the scenario happened. Progress goes to standard error.
    """
    from local_aws import scenarios

    # What takes long to import is imported while the app is synthesized.
    from local_aws.app import run as runner
    from local_aws.app.progress import Progress

    name = execution_name or f"run-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    check_execution_name(name)
    if name in (".", ".."):
        raise LocalAwsError(f"--execution-name {name!r}: it names the folder of the run; write a word")
    options = _options(stack=stack, name=name, work_dir=work_dir, given=given)
    scenario = scenarios.named(options) or scenarios.Scenario(play=runner.run, show=_show)
    with _fresh(options.work_dir), Progress(Console(stderr=True)) as progress:
        result = scenario.play(options, progress)
    if as_json:
        click.echo(json.dumps(result.document(), indent=2, ensure_ascii=False))
    else:
        scenario.show(result, Console())
    return result.succeeded


@cli.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="Loopback port; 0 takes a free one."
)
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
    from local_aws.endpoint import server

    _prepare(work_dir)
    running = server.start(work_dir=work_dir, port=port, region=known_region(region))
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
    from local_aws.commands import label as labeling

    found = labeling.supply(name=job_name, manifest=manifest, endpoint_url=endpoint_url)
    status, counters = found["LabelingJobStatus"], found["LabelCounters"]
    if status != "Completed":
        raise LocalAwsError(f"labeling job {job_name}: {status}: {found.get('FailureReason', '')}")
    output = found["LabelingJobOutput"]["OutputDatasetS3Uri"]
    click.echo(f"labeling job {job_name}: {status}, {counters['TotalLabeled']} objects labeled, {output}")
    return True


@cli.command()
@click.argument("stack")
@click.option("--app", metavar="CMD", help="Command of the CDK app, or a cdk.out directory.  [default: cdk.json's]")
@click.option("-c", "--context", multiple=True, metavar="KEY=VALUE", help="CDK context value; may be repeated.")
@click.option("--input", "input_text", metavar="JSON|@FILE", help="Input of the runs.  [default: {}]")
@click.option(
    "--state-machine",
    "state_machines",
    multiple=True,
    metavar="ID",
    help="Logical id of a state machine; may be repeated.  [default: all, one by one]",
)
@click.option("--exemptions", type=PATH, metavar="FILE", help="Reviewed list.  [default: policy_exemptions.json]")
@click.option("--from-start", is_flag=True, help="Begin each run at the first state instead of the one in question.")
@click.option("--region", default=REGION, show_default=True, help="Region to play.")
@click.option("--work-dir", type=PATH, help="Where logs and jobs go.  [default: .local_aws/prove-<date>-<time>-<pid>]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
def prove(stack: str, as_json: bool, work_dir: Path | None, **given: Any) -> bool:
    """Take each permission of STACK away once and see the run refused; list the permissions that no run needed.

    Exit status 0 only when every permission is needed or has its reason in the reviewed list of exemptions.
    """
    from local_aws.app.progress import Progress
    from local_aws.proof import prove as prover
    from local_aws.proof import report

    name = f"prove-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    options = _options(stack=stack, name=name, work_dir=work_dir, given=given)
    with _fresh(options.work_dir), Progress(Console(stderr=True)) as progress:
        result = prover.prove(
            options,
            progress,
            state_machines=given["state_machines"],
            exemptions=given["exemptions"],
            from_start=given["from_start"],
        )
    if as_json:
        click.echo(json.dumps(result.document(), indent=2, ensure_ascii=False))
    else:
        report.show(result, Console())
    return result.succeeded


def _show(result: Any, console: Console) -> None:
    from local_aws.app import report

    report.show(result, console)


def _options(*, stack: str, name: str, work_dir: Path | None, given: Mapping[str, Any]) -> Options:
    text = given["input_text"]
    return Options(
        stack=stack,
        app=given["app"],
        directory=Path.cwd(),
        work_dir=work_dir or WORK_DIR / name,
        execution_name=name,
        input_json=None if text is None else json_text(text),
        context=pairs("--context", given["context"]),
        # prove takes several, and names them itself.
        state_machine=given.get("state_machine"),
        pipeline=given.get("pipeline"),
        pipeline_parameters=pairs("--pipeline-parameter", given.get("pipeline_parameters", ())),
        skip_steps=tuple(given.get("skip_steps", ())),
        region=known_region(given["region"]),
    )


@contextlib.contextmanager
def _fresh(work_dir: Path) -> Iterator[None]:
    """Makes ``work_dir``, which must be empty; after a user's mistake it removes what it has made, never more."""
    existed = work_dir.exists()
    _prepare(work_dir)
    if any(work_dir.iterdir()):
        raise LocalAwsError(f"{work_dir} is not empty: name another --execution-name or --work-dir")
    try:
        yield
    except LocalAwsError as error:
        # The logs stay only where the message points to them.
        if str(work_dir) not in str(error):
            shutil.rmtree(work_dir, ignore_errors=True)
            if existed:
                work_dir.mkdir(exist_ok=True)
        raise


def _prepare(work_dir: Path) -> None:
    """Makes ``work_dir``; LocalAwsError if that is not possible."""
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=work_dir):
            pass
    except OSError as error:
        raise LocalAwsError(f"{work_dir}: cannot write there ({error.strerror}); name another --work-dir") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status; a user's mistake is one line on standard error."""
    # A supervisor's SIGTERM and a closed terminal's SIGHUP stop jobs and functions just as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
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

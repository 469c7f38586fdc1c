"""The command ``local-aws``."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from local_aws import __version__
from local_aws.base.errors import LocalAwsError
from local_aws.commands.label import label
from local_aws.commands.prove import prove
from local_aws.commands.run import run
from local_aws.commands.serve import serve

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="local-aws %(version)s")
def cli() -> None:
    """An AWS on this machine that deploys CDK stacks and really runs their Step Functions + SageMaker workflows."""


for _command in (run, serve, label, prove):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None, *, program: str = "local-aws") -> int:
    """Runs the command line and returns the exit status; a user's mistake is one line on standard error."""
    # A supervisor's SIGTERM and a closed terminal's SIGHUP stop jobs and functions just as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
    try:
        succeeded = cli.main(arguments, prog_name=program, standalone_mode=False)
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


def run_program(*, program: str = "local-aws") -> NoReturn:
    """Runs the command line in a process of its own, and ends it."""
    status = main(program=program)
    # Taking moto's thousands of classes apart, object by object, would be half a second for nothing.
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whoever read it has gone
            stream.flush()
    os._exit(status)

"""``prove``: which permissions of a stack its runs need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from local_aws.commands import arguments
from local_aws.commands.work_directory import fresh


@click.command()
@click.argument("stack")
@arguments.app
@arguments.context
@click.option("--input", "input_text", metavar="JSON|@FILE", help="Input of the runs.  [default: {}]")
@click.option(
    "--state-machine",
    "state_machines",
    multiple=True,
    metavar="ID",
    help="Logical id of a state machine; may be repeated.  [default: all, one by one]",
)
@click.option(
    "--exemptions", type=arguments.PATH, metavar="FILE", help="Reviewed list.  [default: policy_exemptions.json]"
)
@click.option("--from-start", is_flag=True, help="Begin each run at the first state instead of the one in question.")
@arguments.region
@click.option(
    "--work-dir",
    type=arguments.PATH,
    help="Where logs and jobs go.  [default: .local_aws/prove-<date>-<time>-<pid>]",
)
@arguments.as_json
def prove(stack: str, as_json: bool, work_dir: Path | None, **given: Any) -> bool:
    """Take each permission of STACK away once and see the run refused; list the permissions that no run needed.

    Exit status 0 only when every permission is needed or has its reason in the reviewed list of exemptions.
    """
    from local_aws.app.progress import Progress
    from local_aws.proof import prove as prover
    from local_aws.proof import report

    options = arguments.options(stack=stack, name=arguments.timed_name("prove"), work_dir=work_dir, given=given)
    with fresh(options.work_dir), Progress(Console(stderr=True)) as progress:
        result = prover.prove(
            options,
            progress,
            state_machines=given["state_machines"],
            exemptions=given["exemptions"],
            from_start=given["from_start"],
        )
    return arguments.tell(result, as_json=as_json, show=lambda console: report.show(result, console))

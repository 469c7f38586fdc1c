"""``run``: one stack, or a scenario of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from local_aws.app.options import Options, check_execution_name
from local_aws.base.errors import LocalAwsError
from local_aws.commands import arguments
from local_aws.commands.scenario_names import scenario_files
from local_aws.commands.work_directory import fresh


class _RunCommand(click.Command):
    """Its help ends with the scenarios of the app in the current directory."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        files = scenario_files(Path.cwd())
        if files:
            with formatter.section("Scenarios of this app"):
                formatter.write_dl([(name, str(file)) for name, file in files.items()])


@click.command(cls=_RunCommand)
@click.argument("name")
@arguments.app
@arguments.context
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
@arguments.region
@click.option(
    "--work-dir", type=arguments.PATH, help="Where logs, jobs and artifacts go.  [default: .local_aws/<name>]"
)
@arguments.as_json
def run(name: str, as_json: bool, work_dir: Path | None, execution_name: str | None, **given: Any) -> bool:
    """Deploy stack NAME to a fresh local AWS, run its state machine or SageMaker pipeline, and show what came out.

    NAME may also be a scenario: a Python file, named in cdk.json, that tells what is done with several stacks of the
    app (docs/scenarios.md).

    Exit status 0 only when the execution succeeded, or all of the scenario happened. Progress goes to standard error.
    """
    own_name = execution_name or arguments.timed_name("run")
    check_execution_name(own_name)
    if own_name in (".", ".."):
        raise LocalAwsError(f"--execution-name {own_name!r}: it names the folder of the run; write a word")
    options = arguments.options(stack=name, name=own_name, work_dir=work_dir, given=given)
    scenarios = scenario_files(options.directory)
    if name in scenarios:
        return _run_scenario(scenarios[name], options, as_json=as_json)
    return _run_stack(options, ", ".join(scenarios), as_json=as_json)


def _run_scenario(file: Path, options: Options, *, as_json: bool) -> bool:
    from local_aws.app.progress import Progress
    from local_aws.scenario._file import ScenarioFile

    if given := [*options.for_state_machines, *options.for_pipelines]:
        raise LocalAwsError(
            f"{given[0]} is for one state machine or pipeline, and {options.stack} is a scenario that starts several: "
            "leave it out"
        )
    with ScenarioFile(options.stack, file, options.directory).loaded() as play:
        with fresh(options.work_dir), Progress(Console(stderr=True)) as progress:
            result = play(options, progress)
        return arguments.tell(result, as_json=as_json, show=result.show)


def _run_stack(options: Options, scenarios: str, *, as_json: bool) -> bool:
    from local_aws.app import run as runner
    from local_aws.app.assembly import NoSuchStackError
    from local_aws.app.progress import Progress

    with fresh(options.work_dir), Progress(Console(stderr=True)) as progress:
        try:
            result = runner.run(options, progress)
        except NoSuchStackError as error:
            raise NoSuchStackError(f"{error}; its scenarios: {scenarios}" if scenarios else str(error)) from None
    # Slow to import: not before the app has begun to synthesize.
    from local_aws.app import report

    return arguments.tell(result, as_json=as_json, show=lambda console: report.show(result, console))

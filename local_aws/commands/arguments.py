"""Arguments that several commands take."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import click
from rich.console import Console

from local_aws.app.options import Options, json_text, known_region, pairs
from local_aws.base.settings import REGION
from local_aws.commands.work_directory import WORK_DIR

PATH = click.Path(path_type=Path)

app = click.option(
    "--app", metavar="CMD", help="Command of the CDK app, or a cdk.out directory.  [default: cdk.json's]"
)
context = click.option(
    "-c", "--context", multiple=True, metavar="KEY=VALUE", help="CDK context value; may be repeated."
)
region = click.option("--region", default=REGION, show_default=True, help="Region to play.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")


class Result(Protocol):
    """What a command has found out."""

    @property
    def succeeded(self) -> bool:
        """Whether the exit status is 0."""
        ...

    def document(self) -> dict[str, Any]:
        """The result as JSON can hold it."""
        ...


def timed_name(command: str) -> str:
    """A name that no earlier run of the command has: ``<command>-<date>-<time>-<pid>``."""
    return f"{command}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"


def options(*, stack: str, name: str, work_dir: Path | None, given: Mapping[str, Any]) -> Options:
    """What to run.

    Args:
        stack: Name of the stack, or of the scenario.
        name: Name of the execution.
        work_dir: Its directory; None takes one of that name.
        given: The other arguments of the command, by the names that click gives them.

    Raises:
        LocalAwsError: The text of an argument is not what its option takes.
    """
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


def tell(result: Result, *, as_json: bool, show: Callable[[Console], None]) -> bool:
    """Prints a result on standard output, for programs or for people, and says whether it is a success.

    Args:
        result: The result.
        as_json: Whether for programs.
        show: Prints it for people.
    """
    if as_json:
        click.echo(json.dumps(result.document(), indent=2, ensure_ascii=False))
    else:
        show(Console())
    return result.succeeded

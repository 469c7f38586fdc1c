"""The command ``sagemaker-rules``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sagemaker_rules import __version__
from sagemaker_rules.check import cli as check
from sagemaker_rules.check import schema_cli as schema


def main(arguments: Sequence[str] | None = None, *, program: str = "sagemaker-rules") -> int:
    """Runs the command line.

    Args:
        arguments: The command line without the program's name; default: that of the process.
        program: Its name in help and errors.

    Returns:
        Exit code of the command; 2 for a wrong command line.
    """
    parser = argparse.ArgumentParser(prog=program, description="What AWS accepts of Step Functions + SageMaker.")
    parser.add_argument("--version", action="version", version=f"sagemaker-rules {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check.add_command(commands)
    schema.add_command(commands)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status

"""The command ``sagemaker-workflows``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sagemaker_rules.check import cli as check
from sagemaker_workflows import __version__
from sagemaker_workflows.lineage import cli as lineage


def main(arguments: Sequence[str] | None = None, *, program: str = "sagemaker-workflows") -> int:
    """Runs the command line.

    Args:
        arguments: The command line without the program's name; default: that of the process.
        program: Its name in help and errors.

    Returns:
        Exit code of the command; 2 for a wrong command line.
    """
    parser = argparse.ArgumentParser(prog=program, description="Commands around Step Functions + SageMaker workflows.")
    parser.add_argument("--version", action="version", version=f"sagemaker-workflows {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check.add_command(commands)
    lineage.add_command(commands)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status

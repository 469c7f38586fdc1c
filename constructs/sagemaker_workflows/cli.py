"""The command line ``python -m sagemaker_workflows``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sagemaker_rules.check import cli as check
from sagemaker_workflows.lineage import cli as lineage


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: The command line without the program's name; default: that of the process.

    Returns:
        Exit code of the command; 2 for a wrong command line.
    """
    parser = argparse.ArgumentParser(prog="python -m sagemaker_workflows")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check.add_command(commands)
    lineage.add_command(commands)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status

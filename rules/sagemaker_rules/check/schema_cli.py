"""The command ``sagemaker-rules schema``."""

from __future__ import annotations

import argparse
import json


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``schema`` to a command line."""
    text = "Prints a JSON Schema (draft 7) of the Amazon States Language in both query languages, for editors."
    schema = commands.add_parser("schema", help="print a JSON Schema for editors", description=text)
    schema.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    from sagemaker_rules.check.editor_schema import editor_schema

    print(json.dumps(editor_schema(), separators=(",", ":")))
    return 0

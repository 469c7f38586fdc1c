"""The command ``sagemaker-rules check FILE...``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sagemaker_rules.check.definition import check_definition
from sagemaker_rules.check.documents import Document, UnreadableError, read
from sagemaker_rules.check.findings import StateFinding

_CLEAN, _FINDINGS, _UNREADABLE = 0, 1, 2
_DESCRIPTION = """\
Checks state machines before they are deployed: definitions in the Amazon States Language, and CloudFormation templates
with state machines in them, in JSON or YAML. One line per finding: file, state, JSON path, rule, what is wrong and what
to write instead."""
_EPILOG = "Exit codes: 0 clean (there may be warnings), 1 findings, 2 a file that cannot be read. Rules: docs/check.md"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``check`` to a command line; its ``run`` returns 0 clean, 1 findings, 2 unreadable file."""
    check = commands.add_parser(
        "check", help="check definitions of state machines", description=_DESCRIPTION, epilog=_EPILOG
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="definition or template, .json or .yaml")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return _check(options.files)


def _check(files: Sequence[Path]) -> int:
    machines = findings = warnings = unreadable = 0
    for file in files:
        try:
            found = [(document, list(document_findings(document))) for document in read(file)]
        except (UnreadableError, RecursionError) as error:
            reason = "is nested too deeply" if isinstance(error, RecursionError) else error
            print(f"{file}: {reason}", file=sys.stderr)
            unreadable += 1
            continue
        if not found:
            print(f"{file}: no state machine in this template", file=sys.stderr)
        machines += len(found)
        for document, each in found:
            for finding in each:
                print(f"{document.label}: {finding}")
            findings += sum(not finding.is_warning for finding in each)
            warnings += sum(finding.is_warning for finding in each)
    print(f"{machines} state machines checked: {findings} findings, {warnings} warnings", file=sys.stderr)
    if unreadable:
        return _UNREADABLE
    return _FINDINGS if findings else _CLEAN


def document_findings(document: Document) -> Iterator[StateFinding]:
    """Findings of the document."""
    yield from check_definition(document.definition, is_express=document.is_express)

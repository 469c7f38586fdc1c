"""The command ``sagemaker-rules check FILE...``."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sagemaker_rules.check.definition import check_definition
from sagemaker_rules.check.documents import Document, UnreadableError, load, machines_in
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.pipelines import PipelineFinding, is_pipeline
from sagemaker_rules.pipelines.documents import PipelineDocument, pipeline_documents

_CLEAN, _FINDINGS, _UNREADABLE = 0, 1, 2
_DESCRIPTION = """\
Checks state machines and SageMaker pipelines before they are deployed: definitions in the Amazon States Language,
pipeline definitions, and CloudFormation templates with either in them, in JSON or YAML. One line per finding: file,
state or step, path, rule, what is wrong and what to write instead."""
_EPILOG = "Exit codes: 0 clean (there may be warnings), 1 findings, 2 a file that cannot be read. Rules: docs/check.md"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds ``check`` to a command line; its ``run`` returns 0 clean, 1 findings, 2 unreadable file or no statelint."""
    check = commands.add_parser(
        "check", help="check definitions of state machines and pipelines", description=_DESCRIPTION, epilog=_EPILOG
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="definition or template, .json or .yaml")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if importlib.util.find_spec("statelint") is None:
        print("check: statelint is missing; pip install statelint", file=sys.stderr)
        return _UNREADABLE
    return _check(options.files)


def _check(files: Sequence[Path]) -> int:
    machines = pipelines = findings = warnings = unreadable = 0
    for file in files:
        try:
            found = list(_checked(file))
        except (UnreadableError, RecursionError) as error:
            reason = "is nested too deeply" if isinstance(error, RecursionError) else error
            print(f"{file}: {reason}", file=sys.stderr)
            unreadable += 1
            continue
        if not found:
            print(f"{file}: no state machine and no pipeline in this template", file=sys.stderr)
        for document, each in found:
            pipelines += isinstance(document, PipelineDocument)
            machines += isinstance(document, Document)
            for finding in each:
                print(f"{document.label}: {finding}")
            findings += sum(not finding.is_warning for finding in each)
            warnings += sum(finding.is_warning for finding in each)
    others = f" and {pipelines} pipelines" if pipelines else ""
    print(f"{machines} state machines{others} checked: {findings} findings, {warnings} warnings", file=sys.stderr)
    if unreadable:
        return _UNREADABLE
    return _FINDINGS if findings else _CLEAN


def _checked(
    file: Path,
) -> Iterator[tuple[Document | PipelineDocument, Sequence[StateFinding] | Sequence[PipelineFinding]]]:
    """What a file holds, with the findings of each."""
    content = load(file)
    for pipeline in pipeline_documents(content, str(file)):
        yield pipeline, pipeline.findings()
    if not is_pipeline(content):
        for document in machines_in(file, content):
            yield document, list(document_findings(document))


def document_findings(document: Document) -> Iterator[StateFinding]:
    """Findings of our own rules, then those of statelint."""
    from sagemaker_rules.check.language import language_findings
    from sagemaker_rules.check.shape import shape_findings

    yield from check_definition(document.definition, is_express=document.is_express)
    if not shape_findings(document.definition):
        yield from language_findings(document.definition)

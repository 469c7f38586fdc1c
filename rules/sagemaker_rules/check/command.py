"""What ``check`` does: finds the files, checks the state machines in them, and says what it found."""

from __future__ import annotations

import difflib
import glob
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sagemaker_rules.check.configuration import Configuration, ConfigurationError, configuration
from sagemaker_rules.check.definition import check_definition
from sagemaker_rules.check.documents import Document, ForeignError, UnreadableError, machines_in, parse, text_of
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.formats import FORMATS, Reported
from sagemaker_rules.check.json_text import text_findings
from sagemaker_rules.check.positions import Positions
from sagemaker_rules.check.suppressions import without_suppressed
from sagemaker_rules.pipelines import VERSION, is_pipeline
from sagemaker_rules.pipelines.documents import PipelineDocument, pipeline_documents
from sagemaker_rules.pipelines.findings import WHOLE_PIPELINE, PipelineFinding

_CLEAN, _FINDINGS, _UNREADABLE = 0, 1, 2
_SUFFIXES = (".json", ".yaml", ".yml")
_SKIPPED = ("node_modules", "__pycache__")
#: What stands in each file that holds a state machine or a pipeline; other files of a folder are passed over unread.
_MARKS = ("StartAt", "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine", "AWS::SageMaker::Pipeline")
_PIPELINE_MARKS = ("Steps", VERSION)


class Report:
    """What the files of one run hold: findings, and how many state machines and pipelines are checked or unreadable."""

    def __init__(self, settings: Configuration | None = None) -> None:
        self._settings = settings or Configuration()
        self.found: list[Reported] = []
        self.machines = 0
        self.pipelines = 0
        self.unreadable = 0

    def add(self, path: str, *, was_named: bool) -> None:
        """Checks what a file holds; what is neither definition nor template is passed over in a folder."""
        try:
            text = sys.stdin.read() if path == "-" else text_of(Path(path))
            if not was_named and not _may_hold_one(text):
                return
            content, size = parse(text, Path(path))
            pipelines = [(each, each.findings()) for each in pipeline_documents(content, path)]
            documents = [] if is_pipeline(content) else machines_in(Path(path), content, size)
            machines = [(document, list(findings_of_document(document))) for document in documents]
        except (UnreadableError, RecursionError) as error:
            reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
            if was_named or not isinstance(error, ForeignError):
                self._say(f"{path}: {reason}")
            return
        if not machines and not pipelines and was_named:
            print(f"{path}: no state machine and no pipeline in this template", file=sys.stderr)
        positions = Positions(text)
        self._add_pipelines(path, positions, pipelines)
        self._add_machines(path, positions, machines)

    def _add_pipelines(
        self, path: str, positions: Positions, found: list[tuple[PipelineDocument, list[PipelineFinding]]]
    ) -> None:
        self.pipelines += len(found)
        for document, findings in found:
            ours = [
                StateFinding(each.step or WHOLE_PIPELINE, each.path, each.rule, each.message, each.is_warning)
                for each in findings
            ]
            for finding in self._settings.without_allowed(path, ours):
                line, column = positions.of(f"$.{finding.path}") if document.label == path else (1, 1)
                self.found.append(Reported(path, document.label, line, column, finding))

    def _add_machines(self, path: str, positions: Positions, found: list[tuple[Document, list[StateFinding]]]) -> None:
        self.machines += len({document.label for document, _ in found if document.unreadable is None})
        for label, why in dict.fromkeys((each.label, each.unreadable) for each, _ in found if each.unreadable):
            self._say(f"{label}: not checked: {why}")
        # Alternatives of Fn::If say most things twice.
        for label, below, finding in dict.fromkeys(
            (each.label, each.below, one)
            for each, findings in found
            for one in self._settings.without_allowed(path, findings)
        ):
            line, column = positions.of(finding.path, below)
            self.found.append(Reported(path, label, line, column, finding))

    def add_configuration(self) -> None:
        """Says what is wrong with the entries of the configuration; once all files are checked."""
        for line, finding in self._settings.findings():
            file = os.path.relpath(str(self._settings.path))
            self.found.append(Reported(file, file, line, 1, finding))

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr)
        self.unreadable += 1


def run(paths: Sequence[str], form: str, *, is_strict: bool, config: str | None = None) -> int:
    """Checks files and prints what was found; returns the exit code.

    Args:
        paths: Files, folders, patterns, ``-`` for standard input.
        form: Name of a format.
        is_strict: Whether warnings count as findings.
        config: Configuration file; default: the nearest around the folder where the command runs.
    """
    try:
        report = Report(configuration(config, Path.cwd()))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return _UNREADABLE
    for path, was_named in files(paths):
        report.add(path, was_named=was_named)
    report.add_configuration()
    print(FORMATS[form](report.found), end="")
    warnings = sum(each.finding.is_warning for each in report.found)
    errors = len(report.found) - warnings
    others = f" and {report.pipelines} pipelines" if report.pipelines else ""
    print(f"{report.machines} state machines{others} checked: {errors} findings, {warnings} warnings", file=sys.stderr)
    if report.unreadable:
        return _UNREADABLE
    return _FINDINGS if errors or (is_strict and warnings) else _CLEAN


def findings_of_document(document: Document) -> Iterator[StateFinding]:
    """Findings of the document that its comments do not allow; none where it cannot be read."""
    if document.unreadable is None:
        yield from text_findings(document.definition, document.size)
        found = check_definition(document.definition, is_express=document.is_express)
        yield from without_suppressed(document.definition, found)


def explain(name: str) -> int:
    """Prints a rule; returns the exit code."""
    from sagemaker_rules.rulebook import RULES

    rule = RULES.get(name)
    if rule is None:
        close = difflib.get_close_matches(name, list(RULES), n=1)
        print(
            f"check: there is no rule {name!r}; {f'write {close[0]}' if close else 'see docs/rules.md'}",
            file=sys.stderr,
        )
        return _UNREADABLE
    print(f"{rule.id} ({rule.level})\n{rule.says}\nwrong: {rule.example}\nsource: {rule.source}")
    return _CLEAN


def _may_hold_one(text: str) -> bool:
    return any(mark in text for mark in _MARKS) or all(mark in text for mark in _PIPELINE_MARKS)


def files(paths: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The files that paths, folders and patterns mean, each with whether it was named."""
    for path in paths:
        if path != "-" and os.path.isdir(path):
            yield from ((each, False) for each in _below(path))
        elif path != "-" and not os.path.exists(path) and glob.has_magic(path):
            yield from ((each, True) for each in sorted(glob.glob(path, recursive=True)) if os.path.isfile(each))
        else:
            yield path, True


def _below(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES):
                yield os.path.normpath(os.path.join(root, name))

"""Annotations of the app: an error stops a run before anything starts, as it stops ``cdk deploy``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local_aws.app.assembly import Assembly
from local_aws.app.messages import Message, refuse_errors
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.app.run import run
from local_aws.base.errors import LocalAwsError

ERROR = {"/Train/Job": [{"type": "aws:cdk:error", "data": "labels are 1 and 2"}]}
WARNING = {"/Train/Job": [{"type": "aws:cdk:warning", "data": "a new instance type [ack: x]"}]}


def assembly(tmp_path: Path, metadata: dict[str, Any], *, in_a_file: bool) -> Path:
    properties = {"templateFile": "Train.template.json"}
    artifact: dict[str, Any] = {"type": "aws:cloudformation:stack", "properties": properties, "displayName": "Train"}
    if in_a_file:
        artifact["additionalMetadataFile"] = "Train.metadata.json"
        (tmp_path / "Train.metadata.json").write_text(json.dumps(metadata))
    else:
        artifact["metadata"] = metadata
    (tmp_path / "Train.template.json").write_text("{}")
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": {"Train": artifact}}))
    return tmp_path


def test_violations_of_plugins_are_errors_of_the_stack_that_they_are_in(tmp_path: Path) -> None:
    def violation(path: str, **more: Any) -> dict[str, Any]:
        constructs = [{"constructPath": path}]
        return {"ruleName": "S1", "description": "has no logs", "violatingConstructs": constructs, **more}

    found = [violation("Train/Bucket"), violation("Training/Bucket"), violation("Train/Queue", severity="warning")]
    app = assembly(tmp_path, ERROR, in_a_file=True)
    report = {"pluginReports": [{"pluginName": "Checks", "conclusion": "failure", "violations": found}]}
    (app / "validation-report.json").write_text(json.dumps(report))
    [stack] = Assembly.load(app).stacks
    assert stack.messages == (
        Message("error", "Train/Job", "labels are 1 and 2"),
        Message("error", "Train/Bucket", "S1: has no logs"),
        Message("warning", "Train/Queue", "S1: has no logs"),
    )


def test_violations_in_the_stack_of_a_stage_are_found_in_the_report_of_the_app(tmp_path: Path) -> None:
    inner = tmp_path / "assembly-Prod"
    inner.mkdir()
    assembly(inner, {}, in_a_file=False)
    manifest = json.loads((inner / "manifest.json").read_text())
    manifest["artifacts"]["Train"]["displayName"] = "Prod/Train"
    (inner / "manifest.json").write_text(json.dumps(manifest))
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": {"Prod": stage}}))
    found = {"ruleName": "S1", "description": "has no logs", "violatingConstructs": [{"constructPath": "Prod/Train/B"}]}
    report = {"pluginReports": [{"pluginName": "Checks", "conclusion": "failure", "violations": [found]}]}
    (tmp_path / "validation-report.json").write_text(json.dumps(report))
    [stack] = Assembly.load(tmp_path).stacks
    assert stack.messages == (Message("error", "Prod/Train/B", "S1: has no logs"),)


@pytest.mark.parametrize("in_a_file", [True, False], ids=["beside the manifest", "in the manifest"])
def test_they_are_read_with_level_and_construct(tmp_path: Path, in_a_file: bool) -> None:
    more = {"/Train": [{"type": "aws:cdk:logicalId", "data": "x"}, {"type": "aws:cdk:info", "data": "hello"}]}
    [stack] = Assembly.load(assembly(tmp_path, {**ERROR, **more}, in_a_file=in_a_file)).stacks
    assert stack.messages == (Message("error", "Train/Job", "labels are 1 and 2"), Message("info", "Train", "hello"))


def test_the_first_error_is_told_with_the_number_of_the_others() -> None:
    errors = [Message("error", f"Train/{each}", "is wrong") for each in "ABC"]
    with pytest.raises(LocalAwsError, match=r"stack Train has an error, .*: Train/A: is wrong \(and 2 more\)"):
        refuse_errors("Train", [Message("warning", "Train", "careful"), *errors])


def test_warnings_stop_nothing() -> None:
    refuse_errors("Train", [Message("warning", "Train", "careful"), Message("info", "Train", "hello")])


def play(app: Path, work_dir: Path, console: Console) -> None:
    options = Options(stack="Train", app=str(app), directory=app, work_dir=work_dir, execution_name="one")
    with Progress(console) as progress:
        run(options, progress)


def test_a_run_is_refused_before_anything_is_deployed(tmp_path: Path) -> None:
    app = assembly(tmp_path, ERROR, in_a_file=True)
    with pytest.raises(LocalAwsError, match="Train/Job: labels are 1 and 2"):
        play(app, tmp_path / "work", Console(quiet=True))
    assert [each.name for each in (tmp_path / "work").glob("*")] == ["server.log"]


def test_a_run_shows_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = assembly(tmp_path, WARNING, in_a_file=True)
    # The stack has nothing to execute; the warning is told before that is found.
    with pytest.raises(LocalAwsError):
        play(app, tmp_path / "work", Console())
    assert "warning: Train/Job: a new instance type [ack: x]" in capsys.readouterr().out

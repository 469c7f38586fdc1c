"""Findings that a project lets stand in its configuration, and what is wrong with such entries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sagemaker_rules.cli import main

MACHINE = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "TimeoutSeconds": 5, "Parameters": {"list": [{"x": "$.a"}]}, "Next": "B"},
        "B": {"Type": "Pass", "TimeoutSeconds": 5, "End": True},
    },
}
WHERE = "(configuration): allow[0]: suppression"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "m.asl.json").write_text(json.dumps(MACHINE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entry(table: str = "allow", **keys: str) -> str:
    return f"[[{table}]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


ALLOWED: dict[str, Any] = {"rule": "field-not-allowed", "reason": "a trial"}


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.partition(": warning")[0] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ({}, 0),
        ({"file": "flows/*.json"}, 0),
        ({"file": "*"}, 0),
        ({"file": "others/*"}, 2),
        ({"place": "A"}, 1),
        ({"place": "$.States.B.*"}, 1),
        ({"place": "$.States.*.TimeoutSeconds"}, 0),
    ],
)
def test_an_entry_lets_findings_stand_by_rule_file_and_place(
    project: Path, capsys: pytest.CaptureFixture[str], keys: dict[str, str], left: int
) -> None:
    (project / ".sagemaker-rules.toml").write_text(entry(**ALLOWED, **keys))
    assert main(["check", "flows"]) == (1 if left else 0)
    assert len([line for line in lines(capsys) if "field-not-allowed" in line]) == left


def test_a_place_in_a_list_is_named_with_its_index(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = "$.States.A.Parameters.list[0].x"
    text = entry(**ALLOWED) + entry(rule="literal-path", place=place, reason="text")
    (project / ".sagemaker-rules.toml").write_text(text)
    assert main(["check", "--strict", "flows"]) == 0
    assert lines(capsys) == []


def test_the_nearest_file_counts_and_one_may_be_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n" + entry("tool.sagemaker-rules.allow", **ALLOWED))
    monkeypatch.chdir(project / "flows")
    assert main(["check", "m.asl.json"]) == 0
    (project / "flows" / "pyproject.toml").write_text("[project]\nname = 'without settings of ours'\n")
    assert main(["check", "m.asl.json"]) == 0
    (project / "flows" / ".sagemaker-rules.toml").write_text("")
    assert main(["check", "m.asl.json"]) == 1
    assert main(["check", "--config", "../pyproject.toml", "m.asl.json"]) == 0


@pytest.mark.parametrize(
    ("keys", "said", "code"),
    [
        ({"rule": "field-not-allowed"}, "allows field-not-allowed without a reason; write reason", 1),
        ({"rule": "field-not-allow", "reason": "x"}, "there is no such rule; write field-not-allowed", 1),
        ({"rule": "transition", "reason": "x"}, "warning: allows transition, and nothing breaks it here", 1),
    ],
)
def test_what_is_wrong_with_an_entry_is_a_finding_at_its_line(
    project: Path, capsys: pytest.CaptureFixture[str], keys: dict[str, str], said: str, code: int
) -> None:
    path = project / ".sagemaker-rules.toml"
    path.write_text(f"# why\n\n{entry(**keys)}")
    assert main(["check", "flows"]) == code
    [line] = [each for each in capsys.readouterr().out.splitlines() if WHERE in each]
    assert line.startswith(f".sagemaker-rules.toml:3:1: {WHERE}: ")
    assert said in line


def test_an_entry_for_files_that_were_not_checked_is_not_called_unused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = entry(**ALLOWED) + entry(rule="transition", file="others/*", reason="x")
    (project / ".sagemaker-rules.toml").write_text(text)
    assert main(["check", "flows"]) == 0
    assert "suppression" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[allow", "is no TOML: "),
        ("[[allows]]\nrule = 'x'", "allows is not a setting; write [[allow]]"),
        ("allow = 5", "allow is no list of tables"),
        ("[[allow]]\nreason = 'x'", "allow[0]: has no rule"),
        ("[[allow]]\nrule = 'unknown'\nstate = 'A'", "allow[0]: state is not a key; write one of rule, file,"),
        ("[[allow]]\nrule = 'unknown'\nplace = 5", "allow[0]: place is 5; write a text"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    path = project / ".sagemaker-rules.toml"
    path.write_text(text)
    assert main(["check", "flows"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{path}: ")
    assert said in error
    assert error.count("\n") == 1
    assert main(["check", "--config", "nowhere.toml", "flows"]) == 2


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("check: allow field-not-allow: why", "there is no such rule; write field-not-allowed"),
        ("check: allow transition: why", "warning: allows transition, and nothing breaks it here; take it out"),
        ("check: allow field-not-allowed", "allows field-not-allowed without a reason"),
    ],
)
def test_comments_are_held_to_the_same(
    project: Path, capsys: pytest.CaptureFixture[str], comment: str, said: str
) -> None:
    state = {**MACHINE["States"]["A"], "Comment": comment}  # type: ignore[index]
    machine = {**MACHINE, "States": {**MACHINE["States"], "A": state}}  # type: ignore[dict-item]
    (project / "flows" / "m.asl.json").write_text(json.dumps(machine))
    assert main(["check", "flows"]) == 1
    [line] = [each for each in capsys.readouterr().out.splitlines() if "suppression" in each]
    assert "A: $.States.A.Comment: suppression: " in line
    assert said in line

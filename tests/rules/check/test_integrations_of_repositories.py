"""The hook of pre-commit and the workflow of GitHub Actions that the guide prints run the command that is installed."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from sagemaker_rules.cli import main

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
GOOD = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
BAD = '{"StartAt": "A", "States": {"A": {"Type": "Suceed"}}}'
[HOOK] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
HOOKS, WORKFLOW = (yaml.safe_load(each) for each in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.M | re.S))


def command(text: str) -> list[str]:
    """Arguments of a command line of ours, whose program the wheel installs."""
    program, *arguments = shlex.split(text)
    scripts = tomllib.loads((ROOT / "rules" / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts[program] == f"{main.__module__}:{main.__name__}"
    return arguments


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "good.asl.json").write_text(GOOD)
    (tmp_path / "flows" / "a bad one.asl.json").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_hook_runs_the_command_on_definitions(repository: Path) -> None:
    names = [str(each.relative_to(repository)) for each in sorted(repository.rglob("*.json"))]
    assert [name for name in (*names, "package.json", "a.asl.yaml") if re.search(HOOK["files"], name)] == [
        *names,
        "a.asl.yaml",
    ]
    assert [main([*command(HOOK["entry"]), name]) for name in names] == [1, 0]


def test_the_hook_installs_the_package_of_the_check() -> None:
    [folder] = HOOK["additional_dependencies"]
    assert tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]["name"] == "sagemaker-rules"
    # pre-commit installs the repository, too: https://pre-commit.com/#python
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert root["tool"]["setuptools"]["packages"] == []
    assert {"name", "version"} <= set(root["project"])


def test_the_guide_names_the_hook() -> None:
    [repository] = HOOKS["repos"]
    assert [each["id"] for each in repository["hooks"]] == [HOOK["id"]]
    assert all(re.compile(each["files"]).search("flows/a.asl.json") for each in repository["hooks"])


def test_the_workflow_of_the_guide_uploads_what_the_command_writes(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[dict[str, Any]] = WORKFLOW["jobs"]["check"]["steps"]
    [line] = [each["run"] for each in steps if str(each.get("run")).startswith("sagemaker-rules")]
    text, _, target = line.partition(" > ")
    [upload] = [each for each in steps if "upload-sarif" in each.get("uses", "")]
    assert upload["with"]["sarif_file"] == target
    # The findings that are to be shown end the step before.
    assert upload["if"] == "success() || failure()"
    assert main(command(text)) == 1
    [run] = json.loads(capsys.readouterr().out)["runs"]
    [result] = run["results"]
    # Relative to the checkout, and a URI: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "flows/a%20bad%20one.asl.json"
    assert location["region"] == {"startLine": 1, "startColumn": 35}
    assert result["ruleId"] in [each["id"] for each in run["tool"]["driver"]["rules"]]

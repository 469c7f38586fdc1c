"""``python -m sagemaker_workflows check``: lines, exit codes, and no false alarm where nothing is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sagemaker_rules.check import cli
from sagemaker_workflows.cli import main
from tests.rules.check.conftest import HERE, definition
from tests.rules.pipelines.legal import pipeline
from tests.rules.requests.legal import REMOVED


@pytest.fixture
def mistaken(tmp_path: Path) -> Path:
    machine = definition("processing_with_validation")
    state = machine["States"]["SageMaker CreateProcessingJob Sync"]
    state["Parameters"]["ProcessingResources"]["ClusterConfig"]["InstanceType"] = "m5.xlarge"
    path = tmp_path / "machine.asl.json"
    path.write_text(json.dumps(machine))
    return path


def test_documented_definitions_are_clean(documented: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert len(documented) == 7
    assert main(["check", *map(str, documented)]) == 0
    output = capsys.readouterr()
    assert output.err == "7 state machines checked: 0 findings, 7 warnings\n"
    assert all("warning: " in line for line in output.out.splitlines())


def test_our_stacks_are_clean_without_a_warning(assembly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine, pipeline = '"Type": "AWS::StepFunctions::StateMachine"', '"Type": "AWS::SageMaker::Pipeline"'
    texts = {str(each): each.read_text() for each in sorted(assembly.glob("*.template.json"))}
    templates = {path: text for path, text in texts.items() if machine in text or pipeline in text}
    assert main(["check", *templates]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    machines, pipelines = (sum(text.count(kind) for text in templates.values()) for kind in (machine, pipeline))
    assert machines + pipelines >= len(templates)
    assert output.err == f"{machines} state machines and {pipelines} pipelines checked: 0 findings, 0 warnings\n"


def test_finding_is_one_line_with_file_state_path_rule_and_remedy(
    mistaken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(mistaken)]) == 1
    assert capsys.readouterr().out == (
        f"{mistaken}:1:405: SageMaker CreateProcessingJob Sync: $.States['SageMaker CreateProcessingJob Sync']"
        ".Parameters.ProcessingResources.ClusterConfig.InstanceType: enum: 'm5.xlarge' is not an instance type; "
        "write 'ml.m5.xlarge'\n"
    )


def test_instance_type_that_botocore_does_not_know_is_a_warning(
    mistaken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistaken.write_text(mistaken.read_text().replace("m5.xlarge", "ml.m99.xlarge"))
    assert main(["check", str(mistaken)]) == 0
    assert "enum: warning: 'ml.m99.xlarge'" in capsys.readouterr().out


def test_unreadable_file_is_one_line_and_the_others_are_checked(
    mistaken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "nowhere.json"), str(mistaken)]) == 2
    output = capsys.readouterr()
    assert output.err.splitlines()[0] == f"{tmp_path / 'nowhere.json'}: cannot be read: No such file or directory"
    assert "m5.xlarge" in output.out


def test_file_that_is_nested_too_deeply_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.splitlines()[0] == f"{path}: is nested too deeply"


def test_template_without_a_state_machine_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.json"
    path.write_text('{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}')
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().err.startswith(f"{path}: no state machine and no pipeline in this template\n")


def test_a_pipeline_is_checked_by_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(pipeline({"Steps/0/Arguments/RoleArn": REMOVED})))
    assert main(["check", str(path)]) == 1
    output = capsys.readouterr()
    assert output.out.startswith(f"{path}:1:489: Prepare: Steps[0].Arguments.RoleArn: required: is missing")
    assert output.err == "0 state machines and 1 pipelines checked: 1 findings, 0 warnings\n"


def test_it_runs_as_a_module(mistaken: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "sagemaker_workflows", "check", str(mistaken), str(HERE / "legal/endpoint.asl.json")],
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "2 state machines checked: 1 findings, 2 warnings\n")


MACHINE = """{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "TimeoutSeconds": 5, "End": true}
  }
}
"""


class TestUse:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "m.asl.json").write_text(MACHINE)
        (tmp_path / "package.json").write_text('{"name": "not a machine"}')
        return tmp_path

    def test_a_folder_and_a_pattern(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        place = f"{folder}/deep/m.asl.json:4:27: A: $.States.A.TimeoutSeconds: field-not-allowed: "
        for path in (folder, folder / "**" / "*.asl.json"):
            assert main(["check", str(path)]) == 1
            output = capsys.readouterr()
            assert output.out.startswith(place)
            assert output.err == "1 state machines checked: 1 findings, 0 warnings\n"

    def test_other_files_of_a_folder_are_passed_over_unless_they_may_be_definitions(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "tsconfig.json").write_text('{"strict": true, // as JSON has no comments\n}')
        (folder / "results.json").write_text('["StartAt"]')
        assert main(["check", str(folder)]) == 1
        assert capsys.readouterr().err == "1 state machines checked: 1 findings, 0 warnings\n"
        (folder / "broken.asl.json").write_text('{"StartAt": "A",')
        assert main(["check", str(folder)]) == 2
        assert capsys.readouterr().err.startswith(f"{folder}/broken.asl.json: holds no JSON: ")

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(MACHINE))
        assert main(["check", "-"]) == 1
        assert capsys.readouterr().out.startswith("-:4:27: A: ")

    def test_forms_for_programs(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["check", "--format", "json", str(folder)])
        [row] = json.loads(capsys.readouterr().out)
        assert (row["line"], row["column"], row["rule"], row["level"]) == (4, 27, "field-not-allowed", "error")
        main(["check", "--format", "sarif", str(folder)])
        [run] = json.loads(capsys.readouterr().out)["runs"]
        assert run["results"][0]["ruleId"] == run["tool"]["driver"]["rules"][0]["id"] == "field-not-allowed"
        main(["check", "--format", "github", str(folder)])
        assert capsys.readouterr().out.startswith(
            f"::error file={folder}/deep/m.asl.json,line=4,col=27,title=field-not"
        )

    def test_a_rule_is_explained(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--explain", "terminal-state"]) == 0
        assert "https://" in capsys.readouterr().out
        assert main(["check", "--explain", "terminal-stat"]) == 2
        assert "write terminal-state" in capsys.readouterr().err

    def test_warnings_count_where_it_is_strict(self, folder: Path) -> None:
        text = MACHINE.replace('"TimeoutSeconds": 5', '"Parameters": {"a": "$.b"}')
        (folder / "deep" / "m.asl.json").write_text(text)
        assert main(["check", str(folder)]) == 0
        assert main(["check", "--strict", str(folder)]) == 1

    def test_a_finding_is_allowed_with_a_reason(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = folder / "deep" / "m.asl.json"
        path.write_text(MACHINE.replace('"Type"', '"Comment": "check: allow field-not-allowed: a trial", "Type"'))
        assert main(["check", str(path)]) == 0
        path.write_text(MACHINE.replace('"Type"', '"Comment": "check: allow field-not-allowed", "Type"'))
        assert main(["check", str(path)]) == 1
        assert [line.split(": ")[3] for line in capsys.readouterr().out.splitlines()] == [
            "suppression",
            "field-not-allowed",
        ]

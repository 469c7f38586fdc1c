"""``python -m local_aws run``, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished

ROOT = Path(__file__).parents[2]
Command = Callable[..., Finished]
STATES = {
    "FeatureTransform": ["Generate dataset", "Standardization: x' = (x - x̄) / σ", "Train model (XGBoost)"],
    "TrainAndBatchTransform": ["Generate dataset", "Train model (XGBoost)", "Save Model", "Batch transform"],
    "EndToEnd": [
        "Generate dataset",
        "Standardization: x' = (x - x̄) / σ",
        "Train model (XGBoost)",
        "Save Model",
        "Batch transform",
    ],
}
OBJECTS = {
    "FeatureTransform": ["code/transform.py", "input/raw.csv", "train/raw.csv", "statistics/statistics.json"],
    "TrainAndBatchTransform": ["csv/train.csv", "csv/test.csv", "labels/test.csv", "output/test.csv.out"],
    "EndToEnd": ["input/test.csv", "test/test.csv", "statistics/statistics.json", "output/test.csv.out"],
}


def local_aws(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local_aws", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)


def test_help_names_commands_and_options(command_line: Command) -> None:
    assert "serve" in command_line("--help").stdout
    assert "--execution-name" in command_line("run", "--help").stdout


def test_it_tells_its_version(command_line: Command) -> None:
    import local_aws as package

    assert command_line("--version").stdout == f"local-aws {package.__version__}\n"


# TrainAndBatchTransform is run, as a process, for the summary below.
@pytest.mark.slow
@pytest.mark.parametrize(
    "stack",
    [pytest.param(each, marks=() if each == "EndToEnd" else pytest.mark.long) for each in STATES],
)
def test_a_sample_runs_to_its_end_and_says_what_it_made(
    stack: str, command_line: Command, assembly: Path, tmp_path: Path
) -> None:
    finished = command_line("run", stack, "--app", assembly, "--work-dir", tmp_path / "run", "--json")
    assert finished.returncode == 0, finished.stderr
    document: dict[str, Any] = json.loads(finished.stdout)
    assert document["status"] == "SUCCEEDED"
    assert [each["name"] for each in document["states"]] == STATES[stack]
    assert {each["status"] for each in document["states"]} == {"SUCCEEDED"}
    paths = {each["s3Uri"].split("/", 3)[3]: Path(each["path"]) for each in document["artifacts"]}
    assert set(OBJECTS[stack]) <= set(paths)
    assert all(path.stat().st_size for path in paths.values())
    [model] = [key for key in paths if key.endswith("/output/model.tar.gz")]
    assert model.startswith(f"models/{stack.lower()}-train-")
    [metrics] = document["trainingMetrics"].values()
    assert len(metrics["train:rmse"]) == 5
    assert metrics["train:rmse"] == sorted(metrics["train:rmse"], reverse=True)
    if stack == "FeatureTransform":
        assert "evaluation" not in document
    else:
        assert document["evaluation"]["rows"] == 114
        assert document["evaluation"]["auc"] > 0.95
        assert document["evaluation"]["accuracy"] > 0.9


@pytest.mark.slow
def test_the_summary_for_people_ends_with_how_good_the_predictions_are(assembly: Path, tmp_path: Path) -> None:
    name = "named-by-me"
    finished = local_aws(
        "run", "TrainAndBatchTransform", "--app", assembly, "--work-dir", tmp_path / "run", "--execution-name", name
    )
    assert finished.returncode == 0, finished.stderr
    assert f":{name}" in finished.stderr
    assert "✓ Batch transform" in finished.stderr
    assert "round 4 train:rmse" in finished.stderr
    assert "/output/test.csv.out" in finished.stdout
    assert finished.stdout.splitlines()[-1].startswith("test AUC 0.9")


@pytest.mark.slow
def test_a_dataset_that_is_wrong_inside_is_refused_with_line_and_column_before_anything_starts(
    command_line: Command, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("1,2.5,3\n0,1.5,4\n1,many,5\n0,1,1\n1,2,2\n")
    finished = command_line("run", "EndToEnd", "-c", f"dataset={wrong}", "--work-dir", tmp_path / "run")
    assert finished.error().endswith("line 3, column 2: 'many' is not a finite number")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.long
def test_a_mistake_in_the_context_is_one_line_and_leaves_nothing(command_line: Command, tmp_path: Path) -> None:
    finished = command_line("run", "EndToEnd", "-c", "dataset=none.csv", "--work-dir", tmp_path / "run")
    assert "none.csv" in finished.error()
    assert not (tmp_path / "run").exists()


def test_a_stack_that_is_not_there_is_answered_with_those_that_are(
    command_line: Command, assembly: Path, tmp_path: Path
) -> None:
    finished = command_line("run", "EndToEndd", "--app", assembly, "--work-dir", tmp_path / "run")
    line = finished.error()
    assert "its stacks: FeatureTransform, TrainAndBatchTransform, EndToEnd, SageMakerJobs" in line
    assert line.endswith("; its scenarios: mlops")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["run", "EndToEnd", "--input", "{"], "--input: invalid JSON"),
        (["run", "EndToEnd", "--input", "@none.json"], "--input: cannot read none.json"),
        (["run", "EndToEnd", "-c", "demo"], "write KEY=VALUE"),
        (["run"], "Missing argument 'NAME'"),
        (["runn", "EndToEnd"], "No such command 'runn'"),
        (["run", "EndToEnd", "--execution-name", "a b"], "--execution-name"),
        (["run", "EndToEnd", "--work-dir", "tests"], "not empty"),
        (["run", "EndToEnd", "--work-dir", "README.md"], "README.md: cannot write there"),
        (["run", "EndToEnd", "--execution-name", ".."], "it names the folder of the run"),
        (["run", "EndToEnd", "--region", "mars-1"], "--region 'mars-1': no region of AWS"),
        (["run", "EndToEnd", "--input", "NaN"], "NaN is no JSON"),
        (["run", "EndToEnd", "--input", f"@{sys.executable}"], "is not text in UTF-8"),
        (["serve", "--port", "99999"], "99999 is not in the range"),
        (["run", "Build", "--pipeline-parameter", "Rounds"], "--pipeline-parameter Rounds: write KEY=VALUE"),
        (["run", "Build", "--pipeline", "B", "--input", "{}"], "--input is for state machines and --pipeline for"),
        (["run", "Build", "--skip-step", "s", "--state-machine", "M"], "--state-machine is for state machines and"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_on_the_command_line_is_one_line(arguments: list[str], named: str, command_line: Command) -> None:
    assert named in command_line(*arguments).error()


def test_a_mistake_ends_the_process_with_its_line_and_a_status() -> None:
    finished = local_aws("run", "EndToEnd", "--input", "{")
    assert (finished.returncode, finished.stdout) == (1, "")
    [line] = finished.stderr.splitlines()
    assert line.startswith("error: --input: invalid JSON")


@pytest.mark.parametrize(
    "arguments", [["--work-dir", "mine"], ["--work-dir", "new/.."], ["--execution-name", ".."], []], ids=" ".join
)
def test_a_mistake_leaves_the_directories_of_the_user_alone(
    arguments: list[str], command_line: Command, tmp_path: Path
) -> None:
    """A run removes what it has made, never more."""
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out" / "manifest.json").write_text('{"version": "1"}')
    (tmp_path / "mine").mkdir()
    command_line("run", "nosuch", "--app", "cdk.out", *arguments, cwd=tmp_path).error()
    assert (tmp_path / "cdk.out" / "manifest.json").is_file()
    assert (tmp_path / "mine").is_dir()

"""The runner of execute-code steps, without a container: arguments in, result in S3, failure in a file."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

RUNNER = Path(__file__).parents[2] / "processing_code" / "execute_code.py"
BUCKET = "results"


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The runner, beside code of the user's, in an account with a bucket."""
    spec = importlib.util.spec_from_file_location("execute_code", RUNNER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BASE", tmp_path / "ml")
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("RESULT_FILE", "")
    (tmp_path / "code").mkdir()
    (tmp_path / "ml/input/config").mkdir(parents=True)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield module
    sys.modules.pop("team", None)


@pytest.fixture
def run(runner: ModuleType, tmp_path: Path) -> Callable[..., int]:
    """Runs ``team.py`` with hyperparameters; returns the exit status."""

    def run(text: str, *, entry: dict[str, str] | None = None, **given: Any) -> int:
        (tmp_path / "code/team.py").write_text(text)
        (tmp_path / "entry.json").write_text(json.dumps(entry or {"function": "team:run"}))
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        hyperparameters = {"result_uri": f"s3://{BUCKET}/run/results.json", **texts}
        (tmp_path / "ml/input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))
        status: int = runner.main()
        return status

    return run


def result() -> Any:
    return json.load(boto3.client("s3").get_object(Bucket=BUCKET, Key="run/results.json")["Body"])


def test_what_the_function_returns_is_the_result(run: Callable[..., int]) -> None:
    text = "def run(data, *, options): return {'data': data, 'options': options}"
    assert run(text, arguments={"args": [[1, "a"]], "kwargs": {"options": None}}) == 0
    assert result() == {"Result": {"data": [1, "a"], "options": None}, "Exception": None}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "5", "5"),
        ("number", "5", 5),
        ("number", "0.5", 0.5),
        ("boolean", "True", True),
        ("boolean", "false", False),
        ("any", "[1]", [1]),
        ("any", "s3://bucket", "s3://bucket"),
    ],
)
def test_a_reference_arrives_with_its_type(run: Callable[..., int], kind: str, text: str, value: Any) -> None:
    references = [{"at": ["kwargs", "options", 0], "kind": kind}]
    arguments = {"args": [], "kwargs": {"options": [None]}}
    given = {"arguments": arguments, "references": references, "reference.0": text}
    assert run("def run(options): return [options, str(type(options[0]))]", **given) == 0
    assert result()["Result"] == [[value], str(type(value))]


def test_the_result_of_an_earlier_step_is_read_from_its_file(run: Callable[..., int]) -> None:
    body = json.dumps({"Result": {"folds": [1.5, 2.5]}, "Exception": None})
    boto3.client("s3").put_object(Bucket=BUCKET, Key="earlier/results.json", Body=body)
    references = [{"at": ["args", 0], "kind": "result", "path": ["folds", 1]}]
    given = {"references": references, "reference.0": f"s3://{BUCKET}/earlier/results.json"}
    assert run("def run(mse): return mse * 2", arguments={"args": [None], "kwargs": {}}, **given) == 0
    assert result()["Result"] == 5.0


SCRIPT = """
import argparse, json, os
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float)
parser.add_argument("--names")
arguments = parser.parse_args()
with open(os.environ["RESULT_FILE"], "w") as file:
    json.dump([__name__, arguments.rate, json.loads(arguments.names)], file)
"""


def test_a_script_gets_options_and_leaves_its_result(run: Callable[..., int]) -> None:
    arguments = {"args": [], "kwargs": {"rate": 0.5, "names": ["a"]}}
    assert run(SCRIPT, entry={"script": "team.py"}, arguments=arguments) == 0
    assert result()["Result"] == ["__main__", 0.5, ["a"]]


@pytest.mark.parametrize("text", ["", "raise SystemExit(0)"])
def test_a_script_need_not_have_a_result(run: Callable[..., int], text: str) -> None:
    assert run(text, entry={"script": "team.py"}) == 0
    assert result()["Result"] is None


@pytest.mark.parametrize(
    ("text", "entry", "reason"),
    [
        ("def run(): raise ValueError('no rows')", {"function": "team:run"}, "ValueError: no rows"),
        ("def run(): return {1, 2}", {"function": "team:run"}, "TypeError: the result is not JSON (Object of type set"),
        ("def run(): return float('nan')", {"function": "team:run"}, "TypeError: the result is not JSON (Out of range"),
        ("import lost", {"function": "team:run"}, "ModuleNotFoundError: No module named 'lost'"),
        ("raise SystemExit(3)", {"script": "team.py"}, "RuntimeError: team.py has exited with 3"),
    ],
)
def test_an_error_is_the_failure_reason(
    run: Callable[..., int], tmp_path: Path, text: str, entry: dict[str, str], reason: str
) -> None:
    assert run(text, entry=entry) == 1
    assert (tmp_path / "ml/output/failure").read_text().startswith(reason)
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=BUCKET)


def test_requirements_are_installed_before_the_code_runs(
    run: Callable[..., int], runner: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n")
    commands: list[list[str]] = []

    def installed(command: list[str], **_: Any) -> Any:
        commands.append(command)
        return type("Done", (), {"returncode": len(commands) - 1})

    monkeypatch.setattr(runner.subprocess, "run", installed)
    assert run("def run(): return 1") == 0
    assert commands[0][1:3] == ["-m", "pip"]
    assert commands[0][-2:] == ["-r", str(tmp_path / "requirements.txt")]
    assert run("def run(): return 1") == 1
    reason = (tmp_path / "ml/output/failure").read_text()
    assert reason == "RuntimeError: requirements.txt could not be installed; the log of the job says why"


def test_the_result_is_encrypted_with_the_key_of_the_output(run: Callable[..., int]) -> None:
    assert run("def run(): return 1", result_key="arn:aws:kms:us-east-1:123456789012:key/k") == 0
    head = boto3.client("s3").head_object(Bucket=BUCKET, Key="run/results.json")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == (
        "aws:kms",
        "arn:aws:kms:us-east-1:123456789012:key/k",
    )

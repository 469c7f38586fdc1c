"""``python -m local_aws run`` on a stack with a pipeline, as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished

ROOT = Path(__file__).parents[2]
Command = Callable[..., Finished]
pytestmark = pytest.mark.slow

FUNCTION = "import time\ndef handler(event, _):\n    time.sleep(event.get('seconds', 0))\n    return {'mse': 5.5}"


def _role(*services: str) -> dict[str, Any]:
    trust = [{"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}]
    allowed = [{"Effect": "Allow", "Action": ["lambda:InvokeFunction", "logs:*"], "Resource": "*"}]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": allowed}}],
        },
    }


def _steps() -> list[dict[str, Any]]:
    threshold, mse = {"Get": "Parameters.Threshold"}, {"Get": "Steps.Measure.OutputParameters['mse']"}
    message = {"Std:Join": {"On": " ", "Values": ["the error is above", threshold]}}
    return [
        {
            "Name": "Measure",
            "Type": "Lambda",
            "FunctionArn": "${Function.Arn}",
            "Arguments": {"seconds": {"Get": "Parameters.Seconds"}},
            "OutputParameters": [{"OutputName": "mse", "OutputType": "Float"}],
        },
        {
            "Name": "Gate",
            "Type": "Condition",
            "Arguments": {
                "Conditions": [{"Type": "LessThanOrEqualTo", "LeftValue": mse, "RightValue": threshold}],
                "IfSteps": [],
                "ElseSteps": [{"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": message}}],
            },
        },
    ]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cloud assembly whose stacks hold one pipeline, and two."""
    parameters = [
        {"Name": "Threshold", "Type": "Float", "DefaultValue": 6.0},
        {"Name": "Seconds", "Type": "Integer", "DefaultValue": 0},
    ]
    definition = {"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": _steps()}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Timeout": 60,
            "Code": {"ZipFile": FUNCTION},
        },
    }

    def pipeline(name: str) -> dict[str, Any]:
        body = {"PipelineDefinitionBody": {"Fn::Sub": json.dumps(definition)}}
        role = {"Fn::GetAtt": ["Role", "Arn"]}
        properties = {"PipelineName": name, "RoleArn": role, "PipelineDefinition": body}
        return {"Type": "AWS::SageMaker::Pipeline", "Properties": properties}

    shared = {"Role": _role("sagemaker.amazonaws.com", "lambda.amazonaws.com"), "Function": function}
    templates = {
        "One": {"Resources": {**shared, "Judge": pipeline("judge")}},
        "Two": {"Resources": {**shared, "Judge": pipeline("judge"), "Other": pipeline("other")}},
    }
    directory = tmp_path_factory.mktemp("assembly")
    artifacts = {}
    for name, template in templates.items():
        (directory / f"{name}.template.json").write_text(json.dumps(template))
        properties = {"templateFile": f"{name}.template.json"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": properties, "displayName": name}
    (directory / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
    return directory


def _command(app: Path, work_dir: Path, stack: str, *arguments: str) -> list[str]:
    options = ["--app", str(app), "--work-dir", str(work_dir), *arguments]
    return [sys.executable, "-m", "local_aws", "run", stack, *options]


def test_a_pipeline_that_succeeds_ends_with_0_and_a_document(app: Path, command_line: Command, tmp_path: Path) -> None:
    finished = command_line("run", "One", "--app", app, "--work-dir", tmp_path / "run", "--json")
    assert finished.returncode == 0, finished.stderr
    document = json.loads(finished.stdout)
    assert (document["status"], document["pipeline"]) == ("Succeeded", "judge")
    assert [(each["name"], each["status"]) for each in document["steps"]] == [
        ("Measure", "Succeeded"),
        ("Gate", "Succeeded"),
    ]
    assert document["parameters"] == {"Threshold": 6.0, "Seconds": 0}
    assert "▶ Measure" in finished.stderr
    assert "✓ Gate Succeeded" in finished.stderr


def test_a_pipeline_that_fails_ends_with_1_and_its_reason(app: Path, command_line: Command, tmp_path: Path) -> None:
    chosen = ("--pipeline", "Jud", "--pipeline-parameter", "Threshold=4.5")
    finished = command_line("run", "Two", "--app", app, "--work-dir", tmp_path / "run", *chosen)
    assert finished.returncode == 1
    assert "Two Failed" in finished.stdout
    assert "Refuse: the error is above 4.5" in finished.stdout
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    ("stack", "arguments", "message"),
    [
        ("Two", [], "2 pipelines match; name one with --pipeline (its pipelines: Judge (judge), Other (other))"),
        ("One", ["--input", "{}"], "--input is for state machines, and stack One has none"),
        ("One", ["--pipeline-parameter", "Limit=1"], "Unknown pipeline parameters: [Limit]; declared: Threshold"),
        ("One", ["--pipeline-parameter", "Seconds=1.5"], "parameter 'Seconds': '1.5' is no Integer"),
        ("One", ["--skip-step", "Spark"], "--skip-step Spark: pipeline judge has no such step (its steps: Measure,"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    stack: str, arguments: list[str], message: str, app: Path, command_line: Command, tmp_path: Path
) -> None:
    finished = command_line("run", stack, "--app", app, "--work-dir", tmp_path / "run", *arguments)
    assert message in finished.error()
    assert not (tmp_path / "run").exists()


def test_ctrl_c_stops_the_execution(app: Path, tmp_path: Path) -> None:
    command = _command(app, tmp_path / "run", "One", "--pipeline-parameter", "Seconds=30")
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
        # A test run in the background is started with SIGINT ignored, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if "▶ Measure" in line:
                break
        process.send_signal(signal.SIGINT)
        since = time.monotonic()
        rest = process.stderr.read()
    assert process.returncode == 130
    assert time.monotonic() - since < 15
    assert rest.splitlines()[-1] == "interrupted"
    log = (tmp_path / "run" / "server.log").read_text()
    assert "Traceback" not in log


def test_prove_refuses_pipelines_by_name(app: Path, command_line: Command, tmp_path: Path) -> None:
    finished = command_line("prove", "One", "--app", app, "--work-dir", tmp_path / "p")
    assert finished.error() == "error: stack One: prove runs state machines, not pipelines (Judge); use run"

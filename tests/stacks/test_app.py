"""app.py as the CDK CLI starts it: templates, or one line that says what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest

import app
from sagemaker_workflows import WorkflowError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs app.py with a context, into ``tmp_path``."""

    def run(**context: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CDK_OUTDIR": str(tmp_path / "out"), "CDK_CONTEXT_JSON": json.dumps(context)}
        return subprocess.run(
            [sys.executable, str(ROOT / "app.py")],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.long
def test_it_writes_one_template_per_stack(
    start: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Without a process of its own: the stack set in test_templates.py."""
    result = start()
    assert result.returncode == 0, result.stderr
    assert len(list((tmp_path / "out").glob("*.template.json"))) == 6


def test_a_mistake_in_the_context_ends_in_one_line_and_exit_status_1(
    start: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    result = start(name_prefix="a" * 64)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert line.startswith(
        f"error: context name_prefix: '{'a' * 64}' has 64 characters; write at most 24 lower-case letters, digits"
    )
    assert result.stdout == ""
    assert not list(tmp_path.glob("out/*.template.json"))


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (
            {"instance_type": "m5.xlarge"},
            "FeatureTransform/Standardization/Task: ProcessingResources.ClusterConfig.InstanceType: 'm5.xlarge' is not",
        ),
        ({"processing_script": "nowhere.py"}, "processing script nowhere.py: there is no such file; give the path of"),
        ({"dataset": "nowhere.csv"}, "dataset nowhere.csv: there is no such file; give the path of a CSV file"),
    ],
    ids=["instance type", "script", "dataset"],
)
def test_a_mistake_in_the_context_is_named_in_one_line(context: dict[str, str], message: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        app.build(cdk.App(context=context))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("a" * 25, r"^context name_prefix: 'a{25}' has 25 characters; write at most 24"),
        ("A", "write at most 24 lower-case letters"),
    ],
)
def test_a_prefix_must_leave_room_for_the_name_of_every_state(prefix: str, message: str) -> None:
    with pytest.raises(WorkflowError, match=message):
        app.build(cdk.App(context={"name_prefix": prefix}))


def test_a_prefix_of_24_characters_leaves_room() -> None:
    stacks = app.build(cdk.App(context={"name_prefix": "a" * 24})).node.children
    assert {"FeatureTransform", "TrainAndBatchTransform", "EndToEnd", "SageMakerJobs"} <= {
        each.node.id for each in stacks
    }

"""The comparison with aws-cdk-lib in docs/policies.md is what its script writes today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "policy_comparison.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("policy_comparison", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_is_up_to_date(script: ModuleType) -> None:
    text = script.DOCUMENT.read_text("utf-8")
    assert script.document(text) == text, "run python benchmarks/policy_comparison.py"


def test_every_task_that_aws_cdk_lib_has_is_compared(script: ModuleType) -> None:
    from aws_cdk import aws_stepfunctions_tasks as tasks

    theirs = {name for name in dir(tasks) if name.startswith("SageMaker") and not name.endswith("Props")}
    theirs = {name for name in theirs if not name.endswith("Options")}
    assert {name.split()[0] for name in script.TASKS} == theirs


def test_a_document_without_the_marks_is_left_alone(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="are missing; write them"):
        script.document("# Policies\n")

"""``python -m local_aws prove``, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished

ROOT = Path(__file__).parents[3]


def prove(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local_aws", "prove", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("stack", "killed"), [("FeatureTransform", 42), ("EndToEnd", 63)])
def test_every_permission_of_the_samples_is_needed_or_has_its_reason(
    stack: str, killed: int, assembly: Path, tmp_path: Path
) -> None:
    finished = prove(stack, "--app", assembly, "--work-dir", tmp_path / "proof", "--json")
    assert finished.returncode == 0, finished.stderr + finished.stdout
    document: dict[str, Any] = json.loads(finished.stdout)
    assert document["unexplained"] == 0
    assert document["staleExemptions"] == []
    assert len(document["killed"]) == killed
    assert document["atoms"] == killed + len(document["survivors"])
    for kill in document["killed"]:
        assert (kill["refusal"] or "").startswith(f"{kill['action']} on "), kill
    assert "s left" in finished.stderr


@pytest.mark.slow
@pytest.mark.long
def test_state_machines_that_share_roles_are_proven_together(assembly: Path, tmp_path: Path) -> None:
    """Labeling waits for people, and the endpoint waits half a minute each time; they are left out."""
    machines = ("ProcessingWithValidation", "TrainingWithRetry", "Tuning", "TransformWithValidation")
    chosen = [text for machine in machines for text in ("--state-machine", machine)]
    finished = prove("SageMakerJobs", *chosen, "--app", assembly, "--work-dir", tmp_path / "proof", "--json")
    assert finished.returncode == 0, finished.stderr + finished.stdout
    document: dict[str, Any] = json.loads(finished.stdout)
    assert (document["unexplained"], document["staleExemptions"]) == (0, [])
    assert len(document["killed"]) == 116


def test_a_list_of_exemptions_that_is_not_there_is_one_line(
    command_line: Callable[..., Finished], tmp_path: Path
) -> None:
    line = command_line("prove", "EndToEnd", "--exemptions", tmp_path / "none.json").error()
    assert line == f"error: --exemptions: cannot read {tmp_path / 'none.json'} (No such file or directory)"

"""What the code of a job installs stays in the job, whatever kind of job it is and however it installs."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from local_aws.base import isolation
from local_aws.sagemaker import job_python, sandbox
from local_aws.sagemaker.sandbox import Program


@pytest.fixture(params=["what this machine allows", "nothing"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer for the interpreter where there is one, and an interpreter of the job's own where there is none."""
    if request.param == "nothing":
        monkeypatch.setattr(sandbox, "allowed", lambda: None)


def wheel(folder: Path, name: str, version: str) -> str:
    """A package as small as they come."""
    stem = f"{name}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path.name


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], tuple[int, list[str]]]:
    """Runs shell code as a job that runs the user's code would."""

    def run(code: str) -> tuple[int, list[str]]:
        lines: list[str] = []
        python = None if sandbox.has_layer() else job_python.create(tmp_path)
        environment = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        program = Program(
            folder=tmp_path, argv=["sh", "-ec", code], environment=environment, on_line=lines.append, python=python
        )
        return program.wait(60), lines

    return run


def test_a_new_package_and_another_version_of_one_are_the_jobs_alone(
    mode: None, run: Callable[[str], tuple[int, list[str]]], tmp_path: Path
) -> None:
    before = metadata.version("wcwidth")
    site = Path(metadata.distribution("wcwidth").locate_file(""))  # type: ignore[arg-type]
    stamps = {each.name: each.stat().st_mtime_ns for each in (site, site / "wcwidth")}
    (tmp_path / "ml").mkdir()
    new, other = (wheel(tmp_path / "ml", *each) for each in (("localtry", "1.0"), ("wcwidth", "0.0.1")))
    status, lines = run(
        f"cd ${{SAGEMAKER_BASE_DIR:-/opt/ml}}; pip install -q --no-deps {new} {other}; "
        "python -c 'import localtry, wcwidth; print(localtry.version, wcwidth.version)'"
    )
    assert status == 0, lines
    assert lines[-1] == "1.0 0.0.1"
    assert metadata.version("wcwidth") == before
    assert {each.name: each.stat().st_mtime_ns for each in (site, site / "wcwidth")} == stamps
    assert not (site / "localtry.py").exists()


@pytest.mark.skipif(isolation.sees_this_machine(), reason="this machine allows no views of its files")
def test_the_interpreter_that_runs_this_code_cannot_be_written_to_by_its_path(
    run: Callable[[str], tuple[int, list[str]]],
) -> None:
    marker = Path(sys.prefix, "written-by-a-job")
    run(f"touch {marker}")
    assert not marker.exists()

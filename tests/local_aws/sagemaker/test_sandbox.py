"""A program sees its own /opt/ml, little else, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from local_aws.sagemaker import sandbox
from local_aws.sagemaker.sandbox import Program, TimeLimitExceededError

Run = Callable[..., tuple[int, list[str]]]

needs_namespaces = pytest.mark.skipif(sandbox.allowed() is None, reason="this machine allows no mount namespaces")


@pytest.fixture(params=["namespace", "base directory"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to give a program its /opt/ml."""
    if request.param == "base directory":
        monkeypatch.setattr(sandbox, "allowed", lambda: None)
    elif sandbox.allowed() is None:
        pytest.skip("this machine allows no mount namespaces")
    mode: str = request.param
    return mode


@pytest.fixture
def nap() -> str:
    """An argument of ``sleep`` by which this test's processes are known."""
    return f"47.{uuid.uuid4().int % 10**12}"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*argv: str, **environment: str) -> tuple[int, list[str]]:
        lines: list[str] = []
        program = Program(folder=tmp_path, argv=argv, environment=environment, on_line=lines.append)
        return program.wait(20), lines

    return run


def test_arguments_and_environment_name_the_same_directory(mode: str, run: Run, tmp_path: Path) -> None:
    code = "import os, sys; open(sys.argv[1], 'w').write('x'); open(os.environ['TARGET'], 'w').write('y')"
    status, lines = run("python3", "-c", code, "/opt/ml/a", TARGET="/opt/ml/b")
    assert (status, lines) == (0, [])
    assert (tmp_path / "ml/a").read_text() == "x"
    assert (tmp_path / "ml/b").read_text() == "y"


@needs_namespaces
def test_the_path_itself_is_there_and_the_host_does_not_get_it(run: Run, tmp_path: Path) -> None:
    before = sorted(os.listdir("/opt"))
    status, lines = run("python3", "-c", "import os; open('/opt/ml/x', 'w').close(); print(sorted(os.listdir('/opt')))")
    assert status == 0
    assert lines == [str(sorted({*before, "ml"}))]
    assert (tmp_path / "ml/x").exists()
    assert sorted(os.listdir("/opt")) == before
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


def test_without_namespaces_a_variable_names_the_directory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "allowed", lambda: None)
    assert run("sh", "-c", "echo $SAGEMAKER_BASE_DIR; pwd") == (0, [str(tmp_path / "ml")] * 2)


def test_the_environment_of_the_caller_does_not_leak(mode: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    _, lines = run("sh", "-c", "env", GIVEN="1")
    names = {line.partition("=")[0] for line in lines}
    assert "GIVEN" in names
    assert not names & {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"}


def test_python3_is_this_interpreter(mode: str, run: Run) -> None:
    assert run("python3", "-c", "import sys; print(sys.prefix)") == (0, [sys.prefix])


def test_lines_come_as_they_are_printed(mode: str, tmp_path: Path) -> None:
    lines: list[str] = []
    program = Program(
        folder=tmp_path,
        argv=["sh", "-c", "echo out; echo err >&2; sleep 30"],
        environment={},
        on_line=lines.append,
    )
    deadline = time.monotonic() + 10
    while len(lines) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert lines == ["out", "err"]
    assert program.is_running
    program.terminate()


@pytest.mark.parametrize(
    ("argv", "status"),
    [(["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137), (["no-such-program"], 127)],
)
def test_exit_statuses_are_those_of_a_container(mode: str, run: Run, argv: list[str], status: int) -> None:
    assert run(*argv)[0] == status


def test_the_time_limit_ends_what_left_the_process_group_too(mode: str, tmp_path: Path, nap: str) -> None:
    program = Program(
        folder=tmp_path,
        argv=["sh", "-c", f"trap '' TERM; setsid sleep {nap} & sleep {nap}"],
        environment={},
        on_line=lambda line: None,
    )
    _until(lambda: len(_sleepers(nap)) == 2)
    began = time.monotonic()
    with pytest.raises(TimeLimitExceededError):
        program.wait(0.1)
    assert time.monotonic() - began < 5
    assert _sleepers(nap) == []


def test_nothing_outlives_a_program_that_has_ended(mode: str, run: Run, nap: str) -> None:
    assert run("sh", "-c", f"setsid sleep {nap} > /dev/null 2>&1 & exit 0")[0] == 0
    assert _sleepers(nap) == []


def test_a_program_may_end_in_peace_after_sigterm(mode: str, tmp_path: Path) -> None:
    lines: list[str] = []
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('saved'), sys.exit(0)))\n"
        "print('ready')\ntime.sleep(30)"
    )
    program = Program(folder=tmp_path, argv=["python3", "-c", code], environment={}, on_line=lines.append)
    _until(lambda: "ready" in lines)
    program.terminate(grace=10)
    assert lines == ["ready", "saved"]


def _sleepers(argument: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["cmdline"] == ["sleep", argument] and process.info["status"] != "zombie":
            found.append(process.pid)
    return found


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)

"""A program in a fork of the prepared interpreter is what it would be in a fresh one, or it gets a fresh one."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import sagemaker_images
from local_aws.base.isolation import Isolation
from local_aws.sagemaker import sandbox
from local_aws.sagemaker.prepared import PreparedPython
from local_aws.sagemaker.sandbox import MARKER, Program, TimeLimitExceededError

CONTAINERS = str(Path(sagemaker_images.__file__).parents[1])
# The program says whether it runs in a fork: a fresh interpreter has not imported anything large.
IS_FORK = "import sys; print('sklearn' in vars(sys)['modules'])\n"

STATE = """
import json, locale, logging, os, random, signal, site, sys, tempfile, threading, time, warnings
state = {
    "argv": sys.argv, "orig_argv": sys.orig_argv, "path": sys.path, "executable": sys.executable,
    "prefixes": [sys.prefix, sys.base_prefix], "flags": str(sys.flags), "warnoptions": sys.warnoptions,
    "folder": os.getcwd(), "files": sorted(os.listdir("/proc/self/fd")), "umask": os.umask(0o22),
    "environment": {key: value for key, value in os.environ.items() if key not in ("OLDPWD", "LOCAL_AWS_PROGRAM")},
    "signals": {each.name: str(signal.getsignal(each)) for each in signal.Signals},
    "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "wakeup": signal.set_wakeup_fd(-1),
    "nice": os.nice(0), "leader": os.getsid(0) == os.getpid() == os.getpgid(0),
    "temporary": tempfile.gettempdir(), "locale": locale.setlocale(locale.LC_ALL), "zone": time.tzname,
    "log": [logging.root.level, str(logging.root.handlers)], "user": [site.USER_BASE, site.USER_SITE],
    "threads": [each.name for each in threading.enumerate()],
    "main": threading.current_thread() is threading.main_thread(),
    "out": [sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering, sys.stdout.write_through,
            sys.stdout.seekable(), sys.stdin.read()],
    "globals": {key: str(value) for key, value in globals().items() if key.startswith("__") and key != "__loader__"},
    "loader": type(__loader__).__name__, "is_main": sys.modules["__main__"].__dict__ is globals(),
    "own": [each for each in sys.modules if each.startswith("sagemaker_images")],
}
print(json.dumps(state))
"""

Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedPython]:
    python = PreparedPython(tmp_path_factory.mktemp("prepared"))
    python.start()
    assert python.wait_until_ready(60)
    yield python
    python.stop()


@pytest.fixture(params=["view", "mounts", "base directory"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways to give a program its /opt/ml."""
    if request.param == "base directory":
        monkeypatch.setattr(sandbox, "allowed", lambda: None)
    elif sandbox.allowed() is None:
        pytest.skip("this machine allows no mount namespaces")
    elif request.param != "view":
        monkeypatch.setattr(sandbox, "allowed", lambda: Isolation(("user", "mount"), has_view=False))


@pytest.fixture
def run(tmp_path: Path, python: PreparedPython) -> Run:
    """Runs a script, or arguments of Python, in a fork or in a fresh interpreter."""

    def run(source: str | list[str], *, fresh: bool = False, **environment: str) -> tuple[int, list[str]]:
        program, lines = _start(tmp_path, source, None if fresh else python, environment)
        return program.wait(60), lines

    return run


def _start(
    folder: Path, source: str | list[str], python: PreparedPython | None, environment: dict[str, str]
) -> tuple[Program, list[str]]:
    argv = source if isinstance(source, list) else ["/opt/ml/code/script.py", "--name", "value"]
    if isinstance(source, str):
        (folder / "ml/code").mkdir(parents=True, exist_ok=True)
        (folder / "ml/code/script.py").write_text(source)
    lines: list[str] = []
    program = Program(
        folder=folder, argv=["python3", *argv], environment=environment, on_line=lines.append, prepared=python
    )
    return program, lines


def test_the_libraries_are_there_already(run: Run) -> None:
    assert run(IS_FORK) == (0, ["True"])
    assert run(IS_FORK, fresh=True) == (0, ["False"])


@pytest.mark.usefixtures("mode")
def test_a_script_sees_what_a_fresh_interpreter_shows(run: Run) -> None:
    states: list[dict[str, Any]] = []
    for fresh in (False, True):
        status, lines = run(STATE, fresh=fresh, GIVEN="1", PYTHONPATH="/opt/ml/a:/opt/ml/b::/opt/ml/a")
        assert status == 0, lines
        states.append(json.loads(lines[-1]))
    assert states[0] == states[1]


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "import sys; sys.exit(7)",
        "import sys; sys.exit('a sentence')",
        "def f():\n    raise ValueError('wrong')\nf()",
        "this is no Python",
        "import os; os.abort()",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os._exit(5)",
        "import atexit; atexit.register(print, 'last'); print('first')",
        "import threading, time; threading.Thread(target=lambda: (time.sleep(0.1), print('last'))).start()",
        "raise KeyboardInterrupt",
        "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))) is A)",
        "print('ä', end='')",
    ],
)
def test_status_and_output_are_those_of_a_fresh_interpreter(run: Run, code: str) -> None:
    assert run(code) == run(code, fresh=True)


def test_random_numbers_differ_from_program_to_program(run: Run) -> None:
    code = "import random, uuid, numpy; print(random.random(), numpy.random.rand(), uuid.uuid4())"
    [first], [second] = run(code)[1], run(code)[1]
    assert not {*first.split()} & {*second.split()}


def test_random_numbers_from_a_seed_are_the_same(run: Run) -> None:
    code = (
        "import random, numpy as np; random.seed(3); np.random.seed(3)\n"
        "print(random.random(), np.random.rand(), np.random.default_rng(3).random())"
    )
    assert run(code) == run(code, fresh=True)


def test_numbers_are_the_same_to_the_last_bit(run: Run) -> None:
    code = """
import numpy as np, pandas as pd, pyarrow as pa, pyarrow.compute as pc
from sklearn.linear_model import LogisticRegression
rng = np.random.default_rng(5)
x = rng.normal(size=(500, 20)); y = (x @ rng.normal(size=20) > 0).astype(int)
print(LogisticRegression().fit(x, y).coef_.tobytes().hex())
print(np.linalg.svd(x @ x.T)[1].tobytes().hex())
print(pc.stddev(pa.chunked_array([x[:, 0], x[:, 1]])).as_py().hex(), pd.DataFrame(x).std().to_numpy().tobytes().hex())
"""
    assert run(code) == run(code, fresh=True)


def test_xgboost_learns_the_same_model(run: Run, tmp_path: Path) -> None:
    rows = "\n".join(f"{i % 3 % 2},{(i * 37) % 101},{(i * 53) % 89},{i % 7}" for i in range(2000))
    outcomes = []
    for fresh in (False, True):
        for name, document in (
            ("hyperparameters", {"num_round": "20", "objective": "binary:logistic", "subsample": "0.7", "seed": "4"}),
            ("inputdataconfig", {"train": {"ContentType": "text/csv", "TrainingInputMode": "File"}}),
            ("resourceconfig", {"current_host": "algo-1", "hosts": ["algo-1"]}),
        ):
            config = tmp_path / "ml/input/config"
            config.mkdir(parents=True, exist_ok=True)
            (config / f"{name}.json").write_text(json.dumps(document))
        (tmp_path / "ml/input/data/train").mkdir(parents=True, exist_ok=True)
        (tmp_path / "ml/input/data/train/rows.csv").write_text(rows)
        status, lines = run(["-m", "sagemaker_images.xgboost", "train"], fresh=fresh, PYTHONPATH=CONTAINERS)
        assert status == 0, lines
        # Log lines begin with their time.
        printed = [line for line in lines if line.startswith("[") and ":INFO]" not in line]
        outcomes.append((printed, (tmp_path / "ml/model/xgboost-model").read_bytes()))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][0]) == 20


@pytest.mark.parametrize(
    "environment",
    [{"OMP_NUM_THREADS": "1"}, {"PYTHONHASHSEED": "0"}, {"TZ": "Asia/Tokyo"}, {"LANG": "C"}, {"LD_PRELOAD": ""}],
    ids=lambda each: next(iter(each)),
)
def test_variables_that_are_read_at_the_start_need_a_fresh_interpreter(run: Run, environment: dict[str, str]) -> None:
    assert run(IS_FORK, **environment) == (0, ["False"])


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.environ['OMP_NUM_THREADS'] = '1'",
        "import subprocess  # python3 -m pip install pandas",
        "del sys.modules['os']",
    ],
)
def test_code_that_may_change_what_is_loaded_needs_a_fresh_interpreter(run: Run, tmp_path: Path, line: str) -> None:
    assert run(f"{IS_FORK}{line}") == (0, ["False"])
    (tmp_path / "ml/code/helper.py").write_text(f"import sys\n{line}")
    assert run(IS_FORK) == (0, ["False"])


@pytest.mark.parametrize("name", ["pandas.py", "queue.py", "sklearn/__init__.py", "sitecustomize.py"])
def test_a_module_that_hides_another_needs_a_fresh_interpreter(run: Run, tmp_path: Path, name: str) -> None:
    module = tmp_path / "ml/code" / name
    module.parent.mkdir(parents=True)
    module.write_text("")
    assert run(IS_FORK) == (0, ["False"])


def test_a_folder_of_such_a_name_hides_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ml/code/pandas").mkdir(parents=True)
    assert run(IS_FORK) == (0, ["True"])


@pytest.mark.parametrize("options", [["-c", IS_FORK], ["-u", "/opt/ml/code/script.py"], ["-m", "script"]], ids=str)
def test_other_ways_to_start_need_a_fresh_interpreter(run: Run, options: list[str]) -> None:
    run(IS_FORK)
    assert run(options, PYTHONPATH="/opt/ml/code") == (0, ["False"])


def test_another_interpreter_is_never_a_fork(python: PreparedPython, tmp_path: Path) -> None:
    from local_aws.sagemaker import job_python

    lines: list[str] = []
    own = job_python.create(tmp_path)
    (tmp_path / "script.py").write_text(IS_FORK)
    argv = ["python3", str(tmp_path / "script.py")]
    program = Program(folder=tmp_path, argv=argv, environment={}, on_line=lines.append, python=own, prepared=python)
    assert (program.wait(20), lines) == (0, ["False"])


def test_a_program_may_end_in_peace_after_sigterm(python: PreparedPython, tmp_path: Path) -> None:
    code = (
        f"{IS_FORK}import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: (print('saved'), sys.exit(0)))\n"
        "print('ready')\ntime.sleep(30)"
    )
    program, lines = _start(tmp_path, code, python, {})
    _until(lambda: "ready" in lines)
    assert program.is_running
    program.terminate(grace=10)
    assert lines == ["True", "ready", "saved"]


def test_the_time_limit_ends_forks_that_left_the_session_too(python: PreparedPython, tmp_path: Path) -> None:
    code = (
        f"{IS_FORK}import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "if os.fork() == 0: os.setsid()\nprint(os.getpid()); time.sleep(60)"
    )
    program, lines = _start(tmp_path, code, python, {})
    _until(lambda: len(lines) == 3)
    with pytest.raises(TimeLimitExceededError):
        program.wait(0.1, grace=0.1)
    assert lines[0] == "True"
    _until(lambda: not _processes_of(program))


def test_every_process_of_a_program_carries_its_marker(python: PreparedPython, tmp_path: Path) -> None:
    code = (
        f"{IS_FORK}import os\nfor _ in range(2):\n"
        f"    text = open('/proc/self/environ').read()\n"
        f"    print(('{MARKER}=' + os.environ['{MARKER}'] + chr(0)) in text)\n"
        "    os.fork() and (os.wait(), os._exit(0))"
    )
    program, lines = _start(tmp_path, code, python, {})
    assert program.wait(20) == 0
    assert lines == ["True"] * 3


def test_jobs_end_with_the_interpreter_and_later_ones_get_fresh_ones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    python = PreparedPython(tmp_path / "prepared", modules=["json"])
    python.start()
    assert python.wait_until_ready(60)
    program, lines = _start(tmp_path, "import time; print('here'); time.sleep(60)", python, {})
    _until(lambda: bool(lines))
    assert python._process is not None
    with caplog.at_level(logging.WARNING):
        os.kill(python._process.pid, 9)
        assert program.wait(20) == 137
        _until(lambda: not python.is_ready)
    assert "jobs get fresh interpreters from now on" in caplog.text
    program, lines = _start(tmp_path, "print('here')", python, {})
    assert (program.wait(20), lines) == (0, ["here"])
    python.stop()


def test_who_comes_before_it_is_ready_gets_a_fresh_interpreter_and_starts_it(tmp_path: Path) -> None:
    python = PreparedPython(tmp_path / "prepared", modules=["json"])
    program, lines = _start(tmp_path, IS_FORK, python, {})
    assert (program.wait(20), lines) == (0, ["False"])
    assert python.wait_until_ready(60)
    python.stop()


def test_nothing_is_left_when_it_stops(tmp_path: Path) -> None:
    before = {each.pid for each in psutil.Process().children()}
    python = PreparedPython(tmp_path, modules=["json"])
    python.start()
    assert {each.pid for each in psutil.Process().children()} - before
    python.stop()
    assert not {each.pid for each in psutil.Process().children()} - before


def _processes_of(program: Program) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARKER) == program._marker:
                found.append(process.pid)
    return found


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)

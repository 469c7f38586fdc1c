"""Runs a program as a SageMaker container would: with its own ``/opt/ml`` and nothing of the caller's environment.

Where the kernel allows it, the program gets a view of the file system in which a directory of ours stands at
``/opt/ml`` (:mod:`local_aws.base.isolation`); the host needs no such path. Elsewhere (macOS, a locked-down CI)
``SAGEMAKER_BASE_DIR`` names the directory and a leading ``/opt/ml`` in arguments and environment is replaced.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from local_aws.base import isolation
from local_aws.base.isolation import Own
from local_aws.base.isolation import allowed as allowed  # also for the tests, which allow less
from local_aws.sagemaker.prepared import Place, PreparedPython, Process

CONTAINER_ROOT = "/opt/ml"
#: Every process of a program carries it, also one that left the process group.
MARKER = "LOCAL_AWS_PROGRAM"
_READER_SECONDS = 5.0

# Names of the interpreter that runs this code, as programs of jobs write them.
_THIS_PYTHON = ("python3", "python", sys.executable)


class TimeLimitExceededError(Exception):
    """The program ran longer than it may; it has been ended."""


class Program:
    """A program in a sandbox.

    Args:
        folder: Directory for the sandbox's own files; its ``ml`` becomes ``/opt/ml`` and is made if it is missing.
        argv: Program and arguments; ``python3`` and ``python`` are the interpreter that runs this code.
        environment: Variables of the program, on top of PATH, LANG, HOME and TMPDIR.
        on_line: Gets each line of standard output and standard error, without its newline, in a thread of its own.
        network: False cuts the program off the network; without namespaces this is not possible and ignored.
        python: Interpreter that ``python3`` and ``python`` are instead.
        prepared: Takes programs of the interpreter that runs this code; default: each gets a fresh one.
        installs: Whether it may change the interpreter, in a layer of its own where there is one.
    """

    def __init__(
        self,
        *,
        folder: Path,
        argv: Sequence[str],
        environment: Mapping[str, str],
        on_line: Callable[[str], None],
        network: bool = True,
        python: Path | None = None,
        prepared: PreparedPython | None = None,
        installs: bool = True,
    ) -> None:
        self._marker = uuid.uuid4().hex
        self._on_line = on_line
        self._folder = folder
        ml = folder / "ml"
        ml.mkdir(parents=True, exist_ok=True)
        found = allowed()
        base = _base_environment(folder, str(python or sys.executable))
        given = {**base, **environment, MARKER: self._marker}
        if found is None:
            argv = [_relocate(each, ml) for each in argv]
            given = {key: _relocate(value, ml) for key, value in given.items()} | {"SAGEMAKER_BASE_DIR": str(ml)}
            place = Place(str(ml))
        else:
            temporary = folder / "tmp"
            mounts = {CONTAINER_ROOT: ml, "/tmp": temporary, "/var/tmp": temporary}
            own = Own(folder, mounts, changes_interpreter=found.has_layer and installs)
            place = Place(CONTAINER_ROOT, isolation.place(found, own, folder=CONTAINER_ROOT, network=network))
        # Another interpreter has other modules.
        takes_it = prepared is not None and python is None and argv[0] in _THIS_PYTHON
        process = prepared.run(argv[1:], given, place) if prepared and takes_it else None
        self._process: Process = process or _start(place, argv, given)
        self._reader = threading.Thread(target=self._read, name=f"output of {argv[0]}", daemon=True)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        """True until the program has ended."""
        return self._process.poll() is None

    def wait(self, timeout: float | None = None, *, grace: float = 2.0) -> int:
        """Waits for the end; nothing that the program started lives longer than the program.

        Args:
            timeout: Seconds; default: no limit.
            grace: Seconds between SIGTERM and SIGKILL at the limit.

        Returns:
            Exit status as a container reports it: 128 + n after signal n.

        Raises:
            TimeLimitExceededError: The limit was reached; the program has been ended.
        """
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.terminate(grace)
            raise TimeLimitExceededError(f"the program ran longer than {timeout:g} seconds") from None
        self._end(signal.SIGKILL)
        self._reader.join(_READER_SECONDS)
        isolation.remove_layer(self._folder)
        return status if status >= 0 else 128 - status

    def terminate(self, grace: float = 2.0) -> None:
        """Ends the program and everything it started: SIGTERM, and SIGKILL for what is left after ``grace`` seconds."""
        if self.is_running:
            self._end(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        self._end(signal.SIGKILL)
        self._process.wait()
        self._reader.join(_READER_SECONDS)
        isolation.remove_layer(self._folder)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._on_line(line.decode("utf-8", "replace").rstrip("\r\n"))

    def _end(self, signal_number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            try:
                os.killpg(self._process.pid, signal_number)
            except ProcessLookupError:
                # It may not have begun a group of its own yet.
                if not self.is_running:
                    raise
                os.kill(self._process.pid, signal_number)
        for process in self._strays():
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal_number)

    def _strays(self) -> list[psutil.Process]:
        """Processes of this program outside its process group."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARKER) == self._marker and os.getpgid(process.pid) != self._process.pid:
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found


def has_layer() -> bool:
    """Whether a program that installs packages gets a layer for them, and needs no interpreter of its own."""
    found = allowed()
    return found is not None and found.has_layer


def _start(place: Place, argv: Sequence[str], environment: Mapping[str, str]) -> Process:
    return subprocess.Popen(
        [*place.enter, *argv],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _base_environment(folder: Path, python: str) -> dict[str, str]:
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join(
        [str(_python_shims(folder, python)), os.path.dirname(sys.executable), os.defpath, "/usr/sbin:/sbin"]
    )
    return {"PATH": path, "LANG": "C.UTF-8", "HOME": str(temporary), "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}


def _python_shims(folder: Path, python: str) -> Path:
    """A directory in which ``python3``, ``python`` and ``pip`` are those of ``python``, which may bear another name."""
    shims = folder / "bin"
    shims.mkdir(parents=True, exist_ok=True)
    for name, arguments in (("python3", ""), ("python", ""), ("pip3", " -m pip"), ("pip", " -m pip")):
        shim = shims / name
        shim.write_text(f'#!/bin/sh\nexec "{python}"{arguments} "$@"\n')
        shim.chmod(shim.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return shims


def _relocate(value: str, ml: Path) -> str:
    if value == CONTAINER_ROOT or value.startswith(f"{CONTAINER_ROOT}/"):
        return f"{ml}{value.removeprefix(CONTAINER_ROOT)}"
    return value

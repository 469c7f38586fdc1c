"""The process that has imported what jobs need, and becomes each of their programs by a fork.

Its other side, which says what a program gets to see, is :mod:`sagemaker_images.prepared`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from local_aws.base import isolation
from sagemaker_images import prepared

#: What programs of jobs import; what is not installed is left out.
MODULES = (
    *("numpy", "numpy.random", "pandas", "pyarrow", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet"),
    *("scipy.sparse", "sklearn", "sklearn.metrics", "sklearn.pipeline", "sklearn.preprocessing", "xgboost"),
    # The standard library's, for the same reason.
    *("argparse", "csv", "http.server", "logging", "pickle", "runpy", "subprocess", "tarfile", "tempfile"),
)
_PROGRAM = Path(prepared.__file__).with_name("__main__.py")
_ANSWER_SECONDS = 10.0
_LOST = -9

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a program runs.

    Args:
        folder: Its working directory, as it sees it.
        isolation: What it sees, as :func:`local_aws.base.isolation.place` gives it; None: all that this process sees.
    """

    folder: str
    isolation: Mapping[str, Any] | None = None

    @property
    def enter(self) -> list[str]:
        """Command to which the program and its arguments are added; it goes there, and ends as the program."""
        if self.isolation is not None:
            return isolation.command(self.isolation)
        return ["sh", "-c", 'cd "$0" && exec "$@"', self.folder]


class Process(Protocol):
    """What is needed of a running process; the class of the standard library has it."""

    pid: int
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """Exit status, negative after a signal; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Exit status; subprocess.TimeoutExpired if it does not end in time."""


class PreparedPython:
    """A prepared interpreter; programs that come before it is ready, or after its end, are not taken.

    The first program starts it, unless :meth:`start` has.

    Args:
        folder: Folder for its own temporary files; made if it is missing, and removed at the end if it is empty.
        modules: Names of the modules to import.
    """

    def __init__(self, folder: Path, modules: Sequence[str] = MODULES) -> None:
        self._folder = folder
        self._modules = modules
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._is_stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begins to import, in a process of its own, and returns at once; the second call does nothing."""
        # Elsewhere a fork without exec is not safe: https://bugs.python.org/issue33725
        if sys.platform != "linux":
            return
        with self._lock:
            if self._process is not None or self._is_stopped:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, str(_PROGRAM), str(theirs.fileno()), *self._modules],
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            self._threads = [
                threading.Thread(target=each, name="prepared Python", daemon=True)
                for each in (self._log_output, self._follow)
            ]
            for each in self._threads:
                each.start()

    def __enter__(self) -> PreparedPython:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_ready(self) -> bool:
        """Whether it takes programs."""
        return self._ready.is_set()

    def wait_until_ready(self, seconds: float) -> bool:
        """Waits for the imports at most so long; returns whether it takes programs."""
        return self._ready.wait(seconds)

    def stop(self) -> None:
        """Ends it; programs that run go on. It cannot be started again."""
        with self._lock:
            self._is_stopped = True
            self._ready.clear()
            control, process = self._control, self._process
        if control is None or process is None:
            return
        with contextlib.suppress(OSError):
            control.shutdown(socket.SHUT_RDWR)
        # In the middle of its imports it would not notice.
        process.kill()
        process.wait()
        for each in self._threads:
            each.join(_ANSWER_SECONDS)
        control.close()
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], place: Place) -> Process | None:
        """Starts a program in a session of its own.

        Args:
            arguments: Arguments of the interpreter, as in ``script.py --name value``.
            environment: All variables of the program.
            place: Where it runs.

        Returns:
            The program; None if it cannot be taken, now or any more, for which the log has the reason.
        """
        if not self.is_ready:
            self.start()
            return None
        request = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "isolation": place.isolation,
            "folder": place.folder,
        }
        try:
            return _PreparedProcess(self._connect, request)
        except OSError as error:
            self._ready.clear()
            _log.warning("jobs get fresh interpreters from now on: the prepared one does not answer (%s)", error)
            return None

    def _connect(self, connection: socket.socket, output: int) -> None:
        with self._lock:
            if self._control is None or not self.is_ready:
                raise OSError("it has ended")
            socket.send_fds(self._control, [b"."], [connection.fileno(), output])

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        base = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder, "PYTHONUNBUFFERED": "1"}
        # Each program writes its own in this place.
        return {**base, "LOCAL_AWS_PROGRAM": uuid.uuid4().hex}

    def _follow(self) -> None:
        assert self._control is not None
        assert self._process is not None
        with self._control.makefile("r", encoding="utf-8") as answers, contextlib.suppress(OSError):
            for line in answers:
                _log.info("prepared Python: %s", ", ".join(json.loads(line)["imported"]))
                self._ready.set()
        self._ready.clear()
        status = self._process.wait()
        if not self._is_stopped:
            _log.warning("jobs get fresh interpreters from now on: the prepared one has ended (status %s)", status)

    def _log_output(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                _log.warning("prepared Python: %s", line.decode("utf-8", "replace").rstrip())


class _PreparedProcess:
    """A program that a prepared interpreter runs; raises OSError if it cannot be started."""

    def __init__(self, connect: Any, request: Mapping[str, Any]) -> None:
        read_end, write_end = os.pipe()
        self.stdout: IO[bytes] | None = os.fdopen(read_end, "rb")
        self._ended = threading.Event()
        self._status = _LOST
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                connect(theirs, write_end)
            ours.settimeout(_ANSWER_SECONDS)
            ours.sendall(json.dumps(request).encode("utf-8"))
            ours.shutdown(socket.SHUT_WR)
            self._answers = ours.makefile("r", encoding="utf-8")
            self.pid: int = self._answer()["pid"]
        except BaseException:
            self.stdout.close()
            ours.close()
            raise
        finally:
            os.close(write_end)
        ours.settimeout(None)
        self._thread = threading.Thread(target=self._follow, args=(ours,), name=f"program {self.pid}", daemon=True)
        self._thread.start()

    def poll(self) -> int | None:
        """As in :class:`Process`."""
        return self._status if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int:
        """As in :class:`Process`."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(f"program {self.pid}", timeout or 0.0)
        return self._status

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise OSError("it has ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def _follow(self, connection: socket.socket) -> None:
        try:
            with connection, self._answers:
                while (answer := self._answer()).get("status") is None:
                    if reason := answer["reason"]:
                        _log.info("program %s has a fresh interpreter: %s", self.pid, reason)
                self._status = answer["status"]
        except OSError:
            # Nobody can tell any more how it ends; what runs on without a witness would not be a job.
            _log.warning("program %s is ended: the prepared Python has ended", self.pid)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, 9)
        finally:
            self._ended.set()

"""Runs a program as a SageMaker container would: with its own ``/opt/ml`` and nothing of the caller's environment.

Where the kernel allows it, the program gets a mount namespace in which a directory of ours stands at ``/opt/ml``; the
host needs no such path. Elsewhere (macOS, a locked-down CI) ``SAGEMAKER_BASE_DIR`` names the directory and a leading
``/opt/ml`` in arguments and environment is replaced. This keeps jobs apart; it is no protection from hostile code.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import psutil

from local_aws.sagemaker.prepared import Place, PreparedPython, Process

CONTAINER_ROOT = "/opt/ml"
#: Every process of a program carries it, also one that left the process group.
MARKER = "LOCAL_AWS_PROGRAM"
_READER_SECONDS = 5.0

# A tmpfs in place of /opt holds what /opt holds on the host, and our directory as ml.
_ENTER = r"""
set -e
mounts=$1 ml=$2
shift 2
mount --make-rprivate /
mount -t tmpfs tmpfs "$mounts"
for entry in /opt/* /opt/.[!.]*; do
  name=${entry#/opt/}
  if [ "$name" = ml ]; then continue
  elif [ -L "$entry" ]; then cp -P "$entry" "$mounts/$name"
  elif [ -d "$entry" ]; then mkdir "$mounts/$name"; mount --rbind "$entry" "$mounts/$name"
  elif [ -e "$entry" ]; then touch "$mounts/$name"; mount --bind "$entry" "$mounts/$name"
  fi
done
mkdir "$mounts/ml"
mount --rbind "$ml" "$mounts/ml"
mount --rbind "$mounts" /opt
cd /opt/ml
exec "$@"
"""


# Namespaces that a command gives.
_NAMESPACES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("unshare", "-m"): ("mount",),
    ("unshare", "-Urm"): ("user", "mount"),
}
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
    ) -> None:
        self._marker = uuid.uuid4().hex
        self._on_line = on_line
        ml = folder / "ml"
        ml.mkdir(parents=True, exist_ok=True)
        given = {**_base_environment(folder, str(python or sys.executable)), **environment, MARKER: self._marker}
        prefix = namespace_command()
        if prefix is None:
            argv = [_relocate(each, ml) for each in argv]
            given = {key: _relocate(value, ml) for key, value in given.items()} | {"SAGEMAKER_BASE_DIR": str(ml)}
            place = Place(str(ml), ["sh", "-c", 'cd "$SAGEMAKER_BASE_DIR" && exec "$@"', "program"])
        else:
            (folder / "mounts").mkdir(exist_ok=True)
            enter = ["sh", "-c", _ENTER, "program", str(folder / "mounts"), str(ml)]
            place = Place(CONTAINER_ROOT, enter, [*_NAMESPACES[prefix], *([] if network else ["network"])])
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

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._on_line(line.decode("utf-8", "replace").rstrip("\r\n"))

    def _end(self, signal_number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal_number)
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


@cache
def namespace_command() -> tuple[str, ...] | None:
    """The command that gives a program a mount namespace, tried once; None where this machine does not allow it."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        return None
    candidates = [("unshare", "-m"), ("unshare", "-Urm")] if os.geteuid() == 0 else [("unshare", "-Urm")]
    return next((each for each in candidates if _works(each)), None)


def _works(prefix: tuple[str, ...]) -> bool:
    with tempfile.TemporaryDirectory() as name:
        mounts, ml = Path(name, "mounts"), Path(name, "ml")
        mounts.mkdir()
        ml.mkdir()
        command = [*prefix, "sh", "-c", _ENTER, "probe", str(mounts), str(ml), "touch", f"{CONTAINER_ROOT}/probe"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0 and (ml / "probe").exists()


def _unshare(namespaces: Sequence[str]) -> list[str]:
    options = {"mount": "-m", "user": "-Ur", "network": "-n"}
    return ["unshare", *(options[each] for each in namespaces)] if namespaces else []


def _start(place: Place, argv: Sequence[str], environment: Mapping[str, str]) -> Process:
    return subprocess.Popen(
        [*_unshare(place.namespaces), *place.enter, *argv],
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

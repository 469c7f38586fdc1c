"""What the prepared interpreter was before it imported anything, and how a fork of it becomes a fresh one."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import site
import sys
import threading
from collections.abc import Sequence

#: Variable that every process of a program carries; its value always has this length.
MARKER = "LOCAL_AWS_PROGRAM"
MARKER_LENGTH = 32
_LOWEST_PRIORITY = 19


class Interpreter:
    """The interpreter of this process.

    Args:
        modules: Names of the modules that a fresh interpreter has.
        path: ``sys.path`` of a fresh interpreter, without the folder of a script.
    """

    def __init__(self, modules: frozenset[str], path: Sequence[str]) -> None:
        self.modules = modules
        self.path = tuple(path)
        self.environment = dict(os.environ)
        self.folders: dict[str, int] = {}
        self._marker = _address_of(MARKER)

    def prepare(self, wanted: Sequence[str]) -> list[str]:
        """Imports modules, at a low priority if it can; returns the names of those that are installed.

        In the thread that forks: what a library keeps for a thread, as XGBoost does its log, stays behind in another.
        """
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        can_return = _can_return_to(usual)
        if can_return:
            os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)
        found = [each for each in wanted if self._import(each)]
        if can_return:
            os.setpriority(os.PRIO_PROCESS, 0, usual)
        self.folders = {each: _changed_at(each) for each in self.path}
        # A collection in a program need not look at, and so copy, what all of them share.
        gc.collect()
        gc.freeze()
        return found

    @property
    def is_outdated(self) -> bool:
        """Whether something was installed or removed since the imports."""
        return any(_changed_at(each) != before for each, before in self.folders.items())

    def reset(self, environment: dict[str, str], front: Sequence[str]) -> None:
        """Makes this process what a fresh interpreter with that environment would be.

        Args:
            environment: All its variables.
            front: What stands before the interpreter's own part of ``sys.path``; the program's own folder first.
        """
        # In place, because this is what /proc shows of a process that has not called exec.
        ctypes.memmove(self._marker, environment[MARKER].encode("ascii"), MARKER_LENGTH)
        os.environ.clear()
        os.environ.update(environment)
        for name in [each for each in sys.modules if each.partition(".")[0] == "sagemaker_images"]:
            del sys.modules[name]
        # A fresh one leaves out folders that it does not find, as some of those that .pth files name.
        own = [each for each in self.path if not self.folders[each] or _changed_at(each)]
        sys.path[:] = [front[0], *dict.fromkeys([*front[1:], *own])]
        importlib.invalidate_caches()
        _forget_home()
        _forget_temporary_folder()
        _draw_new_seeds()

    def _import(self, name: str) -> bool:
        own = list(sys.path)
        sys.path[:] = self.path
        try:
            importlib.import_module(name)
        except ImportError:
            return False
        finally:
            sys.path[:] = own
        return True


def _can_return_to(priority: int) -> bool:
    """Whether a higher priority can be taken back, which needs a privilege; tried by a thread, which may lose it."""
    found = []

    def attempt() -> None:
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, _LOWEST_PRIORITY)
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, thread, priority)
            found.append(True)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return bool(found)


def _address_of(name: str) -> int:
    get = ctypes.CDLL(None).getenv
    get.restype = ctypes.c_void_p
    address: int | None = get(name.encode("ascii"))
    if address is None or len(os.environ[name]) != MARKER_LENGTH:
        raise ValueError(f"{name}: {MARKER_LENGTH} characters are needed, to be replaced in each program")
    return address


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


def _forget_home() -> None:
    for name in ("USER_BASE", "USER_SITE"):
        setattr(site, name, None)
    if site.ENABLE_USER_SITE:
        site.getusersitepackages()


def _forget_temporary_folder() -> None:
    if tempfile := sys.modules.get("tempfile"):
        tempfile.tempdir = None  # type: ignore[attr-defined]


def _draw_new_seeds() -> None:
    # The standard library's generator seeds itself after a fork.
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()

"""Steps that the user wants left out, because the local AWS cannot run them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

_lock = threading.Lock()
_names: frozenset[str] = frozenset()


def skip(names: Iterable[str]) -> None:
    """Leaves these steps out of every execution started from now on; an empty list ends that.

    A step left out is not run and not listed, and never Succeeded. Steps that only wait for it go on; an execution in
    which a step uses its properties is refused.
    """
    global _names
    with _lock:
        _names = frozenset(names)


def skipped() -> frozenset[str]:
    """Names of the steps to be left out."""
    with _lock:
        return _names

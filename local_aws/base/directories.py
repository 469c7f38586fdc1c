"""Directories that only their owner can look into."""

from __future__ import annotations

import os
from pathlib import Path

_PRIVATE = 0o700


def make_private(path: Path) -> None:
    """Makes a directory, with those above it, that nobody else may enter.

    One that is there already and holds something keeps its mode: it is not only ours.

    Args:
        path: The directory.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=_PRIVATE)
    except FileExistsError:
        if not path.is_dir():
            raise
        if path.stat().st_uid == os.geteuid() and not any(path.iterdir()):
            path.chmod(_PRIVATE)

"""Runs a command of the user's: its output is passed on line by line, and its last words are kept."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

_KEPT_LINES = 200
_SHOWN_LINES = 5
# "ValueError: text", "package.errors.OddError", "SystemExit": the last line of a traceback.
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: .*)?")


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Runs a command to its end.

    Args:
        command: Program and arguments.
        folder: Working directory.
        environment: All its variables; default: those of this process.

    Returns:
        Exit status as a shell reports it, and what it said last: the exception of a traceback, else its last lines.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    kept: deque[str] = deque(maxlen=_KEPT_LINES)
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        kept.append(line.rstrip("\n"))
    status = process.wait()
    return (status if status >= 0 else 128 - status), last_words(list(kept))


def last_words(lines: Sequence[str]) -> str:
    """The exception that ends a traceback with the lines below it; without one the last lines."""
    starts = [index for index, line in enumerate(lines) if line.startswith("Traceback (most recent call last)")]
    if starts:
        for index in range(starts[-1] + 1, len(lines)):
            if _EXCEPTION.fullmatch(lines[index]):
                return "\n".join(lines[index:])
    return "\n".join([line for line in lines if line.strip()][-_SHOWN_LINES:])

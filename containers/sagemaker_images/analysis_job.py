"""What the two analysis images have in common as jobs: where files lie, how they end, how they read and write JSON."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sagemaker_images.errors import ContainerError


class AnalysisError(ContainerError):
    """Settings or data are wrong; the text becomes the ``ExitMessage`` of the job."""


def base() -> Path:
    """``/opt/ml`` of this process, or what environment variable SAGEMAKER_BASE_DIR says."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def run(analysis: Callable[[], int | None]) -> int:
    """Runs an analysis to the end of the process.

    The message tells of violations in the words of Model Monitor:
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-results.html

    Args:
        analysis: Writes its files and returns the number of violations; None when nothing was checked.

    Returns:
        Exit status: 0, or 1 after an AnalysisError.
    """
    try:
        violations = analysis()
    except AnalysisError as error:
        _end(f"Error: {error}")
        return 1
    if violations:
        _end(f"CompletedWithViolations: Job completed successfully with {violations} violations.")
    else:
        found = "" if violations is None else " with no violations"
        _end(f"Completed: Job completed successfully{found}.")
    return 0


def _end(message: str) -> None:
    print(message, file=sys.stderr if message.startswith("Error") else sys.stdout, flush=True)
    target = base() / "output" / "message"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(message)


def read_json(path: Path, what: str) -> Any:
    """The JSON document of a file.

    Raises:
        AnalysisError: There is no such file, or it is no JSON; names ``what`` it was to be.
    """
    try:
        return json.loads(path.read_text())
    except OSError:
        raise AnalysisError(f"{what}: there is no file {path}") from None
    except ValueError as error:
        raise AnalysisError(f"{what}: {path.name} is no JSON: {error}") from None


def write_json(path: Path, document: Any) -> None:
    """Writes a document; numbers that JSON cannot write become ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_writable(document), indent=2, allow_nan=False))


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _writable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def data_files(folder: Path) -> list[Path]:
    """Files of a data set: one file, or all below a folder, without those whose name starts with ``.`` or ``_``.

    Raises:
        AnalysisError: There are none.
    """
    if folder.is_file():
        return [folder]
    found = sorted(each for each in folder.rglob("*") if each.is_file() and each.name[0] not in "._")
    if not found:
        raise AnalysisError(f"there is no data in {folder}")
    return found

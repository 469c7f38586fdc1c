"""Runs the notebook of a job: the executed copy, the notebook itself and the log go to ``/opt/ml/output/data``."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, TextIO

from sagemaker_images.errors import ContainerError
from sagemaker_images.notebook.request import NotebookRequest
from sagemaker_images.paths import Paths

_LOG = "sagemaker_job_execution.log"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_EXECUTING = "executing notebook"


class _StepError(Exception):
    """A step has failed: its name, and what it said."""

    def __init__(self, step: str, text: str) -> None:
        super().__init__(text)
        self.step = step


def main(paths: Paths | None = None) -> int:
    """Runs the notebook once.

    Args:
        paths: Where the files are; those of the environment by default.

    Returns:
        Exit status: 0, or 1 with the reason in ``output/failure``.
    """
    paths = paths or Paths.from_environment()
    data = paths.output / "data"
    data.mkdir(parents=True, exist_ok=True)
    # papermill shuts the kernel down and keeps what there is of the output when it is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (data / _LOG).open("w", encoding="utf-8") as log:
        try:
            request = _request(paths, log)
            _run_scripts(request, log)
            _execute(request, paths, log)
        except _StepError as error:
            return _fail(paths, error, log)
        except KeyboardInterrupt:
            return _fail(paths, _StepError(_EXECUTING, "Notebook execution is interrupted."), log)
        _say(log, "Notebook execution is complete")
    return 0


def _request(paths: Paths, log: TextIO) -> NotebookRequest:
    try:
        request = NotebookRequest.read(os.environ, paths)
    except ContainerError as error:
        raise _StepError("reading the job definition", str(error)) from error
    shutil.copy(request.notebook, paths.output / "data")
    _say(log, f"Use kernel {request.kernel} to execute {request.notebook.name} with output to {request.output}")
    return request


def _run_scripts(request: NotebookRequest, log: TextIO) -> None:
    if request.lifecycle_script:
        _shell("running LCC script as init-script", ["sh", str(request.lifecycle_script)], request.folder, log)
    if request.init_script:
        # Sourced, not run: what it exports is for the notebook.
        with tempfile.NamedTemporaryFile() as exported:
            script = 'set -e; . "$1"; env -0 > "$2"'
            command = ["bash", "-c", script, "init", str(request.init_script), exported.name]
            _shell("running init script", command, request.folder, log)
            entries = Path(exported.name).read_text().split("\0")
        os.environ.update(dict(each.split("=", 1) for each in entries if "=" in each))


def _shell(step: str, command: list[str], folder: Path, log: TextIO) -> None:
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    _say(log, done.stdout.rstrip("\n"))
    if done.returncode:
        raise _StepError(step, done.stdout.strip() or f"exit code {done.returncode}")


def _execute(request: NotebookRequest, paths: Paths, log: TextIO) -> None:
    # Imported only here: it takes a second, and a wrong job definition need not wait for it.
    # papermill carries no types.
    import papermill  # type: ignore[import-untyped]
    from papermill.exceptions import PapermillExecutionError  # type: ignore[import-untyped]

    parameters = json.loads((paths.config / "hyperparameters.json").read_text("utf-8"))
    os.chdir(request.folder)
    # The path of a socket may have about 100 characters; a job's folder lies deeper than that.
    with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
        os.environ["JUPYTER_RUNTIME_DIR"] = runtime
        try:
            papermill.execute_notebook(
                request.notebook.name,
                str(request.output),
                parameters=parameters,
                kernel_name=request.kernel,
                log_output=True,
                progress_bar=False,
                stdout_file=sys.stdout,
                stderr_file=sys.stdout,
                config=_kernel_config(),
            )
        except PapermillExecutionError as error:
            _say(log, _ANSI.sub("", str(error)))
            where = f"In [{error.exec_count}]" if error.exec_count is not None else f"cell {error.cell_index}"
            text = f"Exception encountered at {where}: {error.ename}: {error.evalue}"
            raise _StepError(_EXECUTING, _ANSI.sub("", text)) from error
        except Exception as error:
            _say(log, traceback.format_exc())
            text = f"Exception during processing notebook: {type(error).__name__}: {error}"
            raise _StepError(_EXECUTING, text) from error


def _kernel_config() -> Any:
    """Sockets in files: a job without network has no loopback interface either."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc"}})


def _fail(paths: Paths, error: _StepError, log: TextIO) -> int:
    data = paths.output / "data"
    inputs = os.environ.get("SM_INPUT_NOTEBOOK_NAME", "")
    notebooks = [each.name for each in data.glob("*.ipynb")]
    # Which of input, output and log are among the job's files.
    flags = f"{int(inputs in notebooks)}{int(any(each != inputs for each in notebooks))}1"
    reason = f"[SM-{flags}] Error with {error.step}\n{error}"
    _say(log, reason)
    (paths.output / "failure").write_text(reason, "utf-8")
    return 1


def _say(log: TextIO, text: str) -> None:
    if text:
        print(text, flush=True)
        log.write(f"{text}\n")
        log.flush()

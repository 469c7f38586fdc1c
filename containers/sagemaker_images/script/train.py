"""The command ``train``: the user's script in, whatever it saves or the reason of its end out."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import traceback
from pathlib import Path

from sagemaker_images.errors import ContainerError
from sagemaker_images.packages_path import PACKAGES
from sagemaker_images.paths import Paths
from sagemaker_images.script import code
from sagemaker_images.script.commands import run
from sagemaker_images.script.environment import TrainingEnvironment
from sagemaker_images.script.errors import CommandError, UserCodeError

_PACKAGE_ROOT = str(Path(__file__).parents[2])
_KILLED = 137


def main(paths: Paths | None = None) -> int:
    """Runs the script once.

    Args:
        paths: Where the files are; those of the environment by default.

    Returns:
        Exit status: 0 with ``output/success`` written, 1 with the reason in ``output/failure``, unless the script has
        left one there itself.
    """
    paths = paths or Paths.from_environment()
    # The script may save its model on SIGTERM; this process, which gets the signal too, waits for it.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        _train(paths)
    except ContainerError as error:
        return _fail(paths, str(error))
    except Exception as error:
        return _fail(paths, f"Framework Error: \n{traceback.format_exc()}\n{error}")
    (paths.output / "success").write_text("")
    return 0


def _train(paths: Paths) -> None:
    training = TrainingEnvironment.read(paths)
    program = training.program
    if program is None:
        raise UserCodeError("the hyperparameter sagemaker_program is missing: write the name of the script")
    for each in (paths.model, paths.output / "data"):
        each.mkdir(parents=True, exist_ok=True)
    code.fetch(training.submit_directory, paths)
    code.check(program, training.submit_directory, paths)
    code.install(program, paths)
    command = _command(program, training.arguments(), paths.code)
    print(f"Invoking script with the following command:\n\n{shlex.join(command)}\n", flush=True)
    status, message = run(command, paths.code, _variables(training))
    if status:
        if status == _KILLED:
            message = f"{message}\nOutOfMemory: Process killed by SIGKILL (signal 9)".strip()
        raise CommandError("ExecuteUserScriptError", status=status, message=message, command=" ".join(command))


def _command(program: str, arguments: list[str], folder: Path) -> list[str]:
    """A package and a Python file are run by Python, anything else by the shell."""
    if (folder / "setup.py").is_file():
        return ["python3", "-m", program.removesuffix(".py"), *arguments]
    if program.endswith(".py"):
        return ["python3", program, *arguments]
    (folder / program).chmod(0o777)
    return ["/bin/sh", "-c", f"./{program} {shlex.join(arguments)}"]


def _variables(training: TrainingEnvironment) -> dict[str, str]:
    # What makes our own package importable is none of the script's business.
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [each for each in inherited if each and each != _PACKAGE_ROOT]
    path = [str(training.paths.code), *own, str(PACKAGES)]
    return {**os.environ, **training.variables(), "PYTHONPATH": os.pathsep.join(path)}


def _fail(paths: Paths, reason: str) -> int:
    failure = paths.output / "failure"
    failure.parent.mkdir(parents=True, exist_ok=True)
    # What the script has written itself is closer to the cause.
    if not failure.exists():
        failure.write_text(reason, "utf-8")
    print(f"Reporting training FAILURE\n{reason}", file=sys.stderr, flush=True)
    return 1

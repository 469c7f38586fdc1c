"""Runs a team's function or script in a training job and writes what it returns to S3.

Runs in any image with Python 3.9 or later and boto3; it stands beside ``code/``, ``entry.json`` and, if there is one,
``requirements.txt``. Hyperparameters say the rest:

- ``arguments``: JSON of ``{"args": [...], "kwargs": {...}}``; places of references hold null.
- ``references``: JSON list of ``{"at": [keys], "kind": ..., "path": [keys]}``; ``reference.<i>`` has the i-th value.
- ``result_uri``: object for ``{"Result": ..., "Exception": null}``; ``result_key``: KMS key that encrypts it.

A function gets the arguments as such. A script gets each of ``kwargs`` as ``--name value`` (JSON unless it is text),
and may write its result, as JSON, into the file that the variable ``RESULT_FILE`` names. What ends the job with an
error is its failure reason.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
HERE = Path(__file__).resolve().parent
MAX_FAILURE_LENGTH = 1000


def main() -> int:
    """Exit status: 0, or 1 with the reason in ``/opt/ml/output/failure``."""
    try:
        given = json.loads((BASE / "input/config/hyperparameters.json").read_text("utf-8"))
        install(HERE / "requirements.txt")
        arguments = resolved(given)
        result = run(json.loads((HERE / "entry.json").read_text("utf-8")), arguments)
        write_result(result, given)
    except BaseException as error:
        # SystemExit too: a script that exits with 0 is taken care of where it is run.
        traceback.print_exc()
        fail(f"{type(error).__name__}: {error}")
        return 1
    return 0


def install(requirements: Path) -> None:
    """Installs what the requirements file lists, if there is one."""
    if requirements.is_file():
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "-r", str(requirements)]
        if subprocess.run(command, check=False).returncode:
            raise RuntimeError(f"{requirements.name} could not be installed; the log of the job says why")
        importlib.invalidate_caches()


def resolved(given: dict[str, str]) -> Any:
    """The arguments, with the values of references in their places."""
    arguments = json.loads(given.get("arguments", "{}"))
    for index, reference in enumerate(json.loads(given.get("references", "[]"))):
        value = decoded(reference, given[f"reference.{index}"])
        *path, last = reference["at"]
        place = arguments
        for key in path:
            place = place[key]
        place[last] = value
    return arguments


def decoded(reference: dict[str, Any], text: str) -> Any:
    """The value of a reference, which a hyperparameter has as text."""
    kind = reference["kind"]
    if kind == "result":
        value = read_result(text)
        for key in reference["path"]:
            value = value[key]
        return value
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "number":
        return json.loads(text)
    if kind == "any":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def run(entry: dict[str, str], arguments: dict[str, Any]) -> Any:
    """What the function returns, or what the script leaves in ``RESULT_FILE``."""
    sys.path.insert(0, str(HERE / "code"))
    args, kwargs = arguments.get("args", []), arguments.get("kwargs", {})
    if "function" in entry:
        module, _, name = entry["function"].partition(":")
        return getattr(importlib.import_module(module), name)(*args, **kwargs)
    return run_script(HERE / "code" / entry["script"], kwargs)


def run_script(script: Path, kwargs: dict[str, Any]) -> Any:
    """What the script leaves in ``RESULT_FILE``; None if that is nothing."""
    result = HERE / "result.json"
    os.environ["RESULT_FILE"] = str(result)
    options = [(f"--{name}", value if isinstance(value, str) else json.dumps(value)) for name, value in kwargs.items()]
    sys.argv = [str(script), *(part for option in options for part in option)]
    sys.path.insert(0, str(script.parent))
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as error:
        if error.code not in (None, 0):
            raise RuntimeError(f"{script.name} has exited with {error.code}") from error
    return json.loads(result.read_text("utf-8")) if result.is_file() else None


def write_result(result: Any, given: dict[str, str]) -> None:
    """Puts the result where later steps read it."""
    try:
        # Not the NaN of Python, which no other reader of JSON takes.
        text = json.dumps({"Result": result, "Exception": None}, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"the result is not JSON ({error}); return numbers, texts, lists and mappings") from error
    key = given.get("result_key")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    bucket, name = split_uri(given["result_uri"])
    s3().put_object(Bucket=bucket, Key=name, Body=text.encode(), ContentType="application/json", **encryption)


def read_result(uri: str) -> Any:
    """Result of an earlier step."""
    bucket, name = split_uri(uri)
    return json.load(s3().get_object(Bucket=bucket, Key=name)["Body"])["Result"]


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    return bucket, key


def s3() -> Any:
    """A client; boto3 is imported only where it is needed."""
    import boto3

    return boto3.client("s3")


def fail(reason: str) -> None:
    """Makes the reason that of the job."""
    folder = BASE / "output"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "failure").write_text(reason[:MAX_FAILURE_LENGTH], "utf-8")


if __name__ == "__main__":
    sys.exit(main())

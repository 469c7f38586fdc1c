"""Brings the user's code to ``/opt/ml/code`` and installs what it needs.

https://sagemaker.readthedocs.io/en/stable/frameworks/sklearn/using_sklearn.html
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from sagemaker_images.archive import unpack
from sagemaker_images.paths import Paths
from sagemaker_images.script.commands import run
from sagemaker_images.script.errors import CommandError, UserCodeError

_REQUIREMENTS = "requirements.txt"


def fetch(uri: str, paths: Paths) -> None:
    """Copies the code to ``/opt/ml/code``, unless something lies there already.

    Args:
        uri: ``s3://bucket/sourcedir.tar.gz``, or the path of an archive, a directory or a file.
        paths: Where the files are.

    Raises:
        UserCodeError: There is no such code, the role may not read it, or the archive is broken.
    """
    target = paths.code
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        return
    if uri.startswith("s3://"):
        with tempfile.TemporaryDirectory() as name:
            archive = Path(name, "sourcedir.tar.gz")
            _download(uri, archive)
            _unpack(uri, archive, target)
        return
    source = paths.resolve(uri.removeprefix("file://"))
    if source == target:
        return
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file() and tarfile.is_tarfile(source):
        _unpack(uri, source, target)
    elif source.is_file():
        shutil.copy2(source, target)
    else:
        raise UserCodeError(f"sagemaker_submit_directory {uri}: there is no such file or directory")


def install(program: str, paths: Paths) -> None:
    """Installs the code if it is a package, else its ``requirements.txt``, with pip into the job's own environment.

    What the local interpreter has is not fetched again: pip finds it satisfied.

    Raises:
        CommandError: pip could not install it, as without network.
    """
    folder = paths.code
    if (folder / "setup.py").is_file():
        has_requirements = (folder / _REQUIREMENTS).is_file()
        _pip("InstallModuleError", ["install", ".", *(["-r", _REQUIREMENTS] if has_requirements else [])], folder)
    elif (folder / _REQUIREMENTS).is_file() and program.endswith(".py"):
        _pip("InstallRequirementsError", ["install", "-r", _REQUIREMENTS], folder)


def check(program: str, uri: str, paths: Paths) -> None:
    """Raises a UserCodeError unless the code holds the program."""
    if not (paths.code / program).is_file() and not (paths.code / "setup.py").is_file():
        found = ", ".join(sorted(each.name for each in paths.code.iterdir())) or "nothing"
        raise UserCodeError(
            f"sagemaker_program {program} is not in sagemaker_submit_directory {uri}, which has {found}"
        )


def _pip(kind: str, arguments: list[str], folder: Path) -> None:
    if os.environ.get("CA_REPOSITORY_ARN"):
        raise UserCodeError("CA_REPOSITORY_ARN: CodeArtifact is not supported by the local AWS; remove the variable")
    # Not by a path: inside the job, python3 is the job's own interpreter.
    command = ["python3", "-m", "pip", "--disable-pip-version-check", *arguments]
    print(f"Installing: {' '.join(command)}", flush=True)
    status, message = run(command, folder)
    if status:
        raise CommandError(kind, status=status, message=message, command=" ".join(command))


def _download(uri: str, target: Path) -> None:
    # Imported only here: it takes half a second, and code from a channel does not need it.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        with target.open("wb") as file:
            shutil.copyfileobj(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"], file)
    except (BotoCoreError, ClientError) as error:
        raise UserCodeError(f"sagemaker_submit_directory {uri} cannot be read: {error}") from error


def _unpack(uri: str, archive: Path, target: Path) -> None:
    try:
        unpack(archive, target)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise UserCodeError(f"sagemaker_submit_directory {uri} cannot be unpacked: {error}") from error

"""Unpacks the archives that SageMaker hands to a container: models and source code."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path


def unpack(archive: Path, target: Path) -> None:
    """Unpacks a gzipped tar file of files and directories.

    Args:
        archive: The file.
        target: Directory; made if it is missing.

    Raises:
        tarfile.TarError: The archive is broken, leads out of ``target``, or holds links or devices.
        OSError: It is no gzip file.
        EOFError: It ends too early.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "r:gz") as tar:
        _extract(tar, target.resolve())


def _extract(tar: tarfile.TarFile, target: Path) -> None:
    # extractall(filter="data") is not in every 3.11.
    for member in tar:
        path = (target / member.name).resolve()
        if path != target and target not in path.parents:
            raise tarfile.TarError(f"{member.name} leads out of the archive")
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
        elif content := tar.extractfile(member) if member.isfile() else None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
            # An entry point that is a shell script has to stay executable.
            path.chmod(0o755 if member.mode & 0o111 else 0o644)
        else:
            raise tarfile.TarError(f"{member.name} is neither a file nor a directory")

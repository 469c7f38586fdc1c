"""Unpacks the archives that SageMaker hands to a container: models and source code."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

#: What an archive may hold: more is a mistake, or made to fill a disk. SageMaker's volumes have 30 GB by default.
MOST_BYTES = 30 * 10**9
MOST_FILES = 100_000
MOST_FOLDERS = 64


def unpack(archive: Path, target: Path) -> None:
    """Unpacks a gzipped tar file of files and directories.

    Args:
        archive: The file.
        target: Directory; made if it is missing.

    Raises:
        tarfile.TarError: The archive is broken, leads out of ``target``, holds links or devices, or more than it may.
        OSError: It is no gzip file.
        EOFError: It ends too early.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "r:gz") as tar:
        _extract(tar, target.resolve())


def _extract(tar: tarfile.TarFile, target: Path) -> None:
    most = min(MOST_BYTES, shutil.disk_usage(target).free)
    size = 0
    # extractall(filter="data") is not in every 3.11.
    for number, member in enumerate(tar, 1):
        size += member.size
        if size > most:
            raise tarfile.TarError(f"it holds more than {most:,} bytes")
        if number > MOST_FILES:
            raise tarfile.TarError(f"it holds more than {MOST_FILES:,} files")
        if member.name.count("/") > MOST_FOLDERS:
            raise tarfile.TarError(f"{member.name[:80]}... lies in more than {MOST_FOLDERS} folders")
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

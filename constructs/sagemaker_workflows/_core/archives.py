"""Archives that depend on names and contents alone, so that the same files give the same asset."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

_EXECUTABLE, _PLAIN = 0o755, 0o644


def archive(files: Mapping[str, Path], texts: Mapping[str, bytes] | None = None) -> bytes:
    """A tar.gz without times and owners.

    Args:
        files: Files by their names in the archive; what their owner may execute stays executable.
        texts: Further contents by name, ahead of a file of the same one; default: none.
    """
    given = texts or {}
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for name in sorted({*files, *given}):
            content = given[name] if name in given else files[name].read_bytes()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            is_executable = name in files and files[name].stat().st_mode & 0o100
            member.mode = _EXECUTABLE if is_executable else _PLAIN
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()

"""Unpacks the zip package of a function, once for each digest."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from local_aws.base.archives import check_zip

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_BYTES = 262_144_000


def unpack(code: bytes, code_sha256: str, root: Path) -> Path:
    """Directory with the files of the package; it is shared by all invocations and must not be written to.

    Args:
        code: The package.
        code_sha256: Its digest.
        root: Holds the directories of all packages.

    Raises:
        zipfile.BadZipFile: ``code`` is no zip file.
        LocalAwsError: It holds more than AWS takes.
    """
    # moto gives the digest in base64, which holds slashes.
    target = root / hashlib.sha256(code_sha256.encode()).hexdigest()[:32]
    if target.is_dir():
        return target
    root.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=root, prefix=".unpacking-"))
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            check_zip(archive, "the package of the function", most_bytes=_MOST_BYTES)
            archive.extractall(unfinished)
        # Two invocations may unpack at the same time; the directory appears at once and whole, and one of them wins.
        unfinished.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target

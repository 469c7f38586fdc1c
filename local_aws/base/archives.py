"""What zip files may hold."""

from __future__ import annotations

import zipfile

from local_aws.base.errors import LocalAwsError

MOST_FILES = 100_000
MOST_FOLDERS = 64


def check_zip(archive: zipfile.ZipFile, name: str, *, most_bytes: int) -> None:
    """Raises LocalAwsError, in one line, for a zip file that holds more than it may; nothing of it is unpacked yet.

    Args:
        archive: The file; its own account of sizes is what the standard library unpacks at most.
        name: What it is, for the message.
        most_bytes: Most bytes of all its files.
    """
    files = archive.infolist()
    if len(files) > MOST_FILES:
        raise LocalAwsError(f"{name} holds {len(files):,} files: at most {MOST_FILES:,} are unpacked")
    size = sum(each.file_size for each in files)
    if size >= most_bytes:
        raise LocalAwsError(f"{name}: Unzipped size must be smaller than {most_bytes} bytes, and is {size}")
    deep = next((each.filename for each in files if each.filename.count("/") > MOST_FOLDERS), None)
    if deep is not None:
        raise LocalAwsError(f"{name}: {deep[:80]}... lies in more than {MOST_FOLDERS} folders")

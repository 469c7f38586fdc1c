"""The directory for everything that a command leaves behind."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local_aws.base.directories import make_private
from local_aws.base.errors import LocalAwsError

#: Holds the directories of all runs.
WORK_DIR = Path(".local_aws")


@contextlib.contextmanager
def fresh(work_dir: Path) -> Iterator[None]:
    """Makes ``work_dir``, which must be empty; after a user's mistake it removes what it has made, never more."""
    existed = work_dir.exists()
    prepare(work_dir)
    if any(work_dir.iterdir()):
        raise LocalAwsError(f"{work_dir} is not empty: name another --execution-name or --work-dir")
    try:
        yield
    except LocalAwsError as error:
        # The logs stay only where the message points to them.
        if str(work_dir) not in str(error):
            shutil.rmtree(work_dir, ignore_errors=True)
            if existed:
                make_private(work_dir)
        raise


def prepare(work_dir: Path) -> None:
    """Makes ``work_dir``; LocalAwsError if that is not possible."""
    try:
        make_private(work_dir)
        with tempfile.TemporaryFile(dir=work_dir):
            pass
    except OSError as error:
        raise LocalAwsError(f"{work_dir}: cannot write there ({error.strerror}); name another --work-dir") from None

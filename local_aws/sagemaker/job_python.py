"""The Python of a job that runs the user's code where no layer keeps what that code installs in the job.

A virtual environment on top of the interpreter that runs this process: pip finds everything installed there, and
installs what is missing, or another version, into the job's own folder.
"""

from __future__ import annotations

import site
import sys
import venv
from pathlib import Path


def create(folder: Path) -> Path:
    """Makes the environment.

    Args:
        folder: Folder of the job; the environment is its ``python``.

    Returns:
        Path of the interpreter.
    """
    root = folder / "python"
    venv.EnvBuilder(symlinks=True, with_pip=False).create(root)
    packages = root / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    # addsitedir and not the bare path: editable installs are .pth files in there.
    lines = [f"import site; site.addsitedir({each!r})" for each in site.getsitepackages()]
    (packages / "inherited.pth").write_text("\n".join(lines) + "\n")
    return root / "bin" / "python"

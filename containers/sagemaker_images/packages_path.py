"""Where the names of the packages of AWS's images are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: A folder for ``PYTHONPATH``.
PACKAGES: Final = Path(__file__).with_name("packages")

"""Where the code that runs inside AWS lies: in the installed package, or at the top level of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def asset_path(relative: str) -> Path:
    """Path of ``lambda/...`` or ``processing_code/...``.

    Raises:
        FileNotFoundError: Neither place has it: the package was installed incompletely.
    """
    for root in (_PACKAGE / "_assets", _PACKAGE.parents[1]):
        if (root / relative).exists():
            return root / relative
    raise FileNotFoundError(f"{relative} lies neither in {_PACKAGE / '_assets'} nor in {_PACKAGE.parents[1]}")

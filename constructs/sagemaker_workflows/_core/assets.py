"""Where the code that runs inside AWS lies: in the installed package, beside it, or at the top level of a checkout."""

from __future__ import annotations

from pathlib import Path

from sagemaker_workflows._core.errors import WorkflowError

_PACKAGE = Path(__file__).parents[1]


def asset_path(relative: str) -> Path:
    """Path of ``lambda/...`` or ``processing_code/...``.

    Raises:
        WorkflowError: No place has it: the package was copied without ``lambda`` and ``processing_code``.
    """
    places = (_PACKAGE / "_code", _PACKAGE.parent, _PACKAGE.parents[1])
    for root in places:
        if (root / relative).exists():
            return root / relative
    raise WorkflowError(
        f"{relative} is missing; copy lambda/ and processing_code/ beside the package (looked in "
        f"{', '.join(map(str, places))})"
    )

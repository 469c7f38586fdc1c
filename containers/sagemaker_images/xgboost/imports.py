"""Makes XGBoost quick to import and quiet about what the image does on purpose."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_scikit_learn() -> Iterator[None]:
    """Hides scikit-learn: XGBoost imports it when it can, for classes that we do not use, and that takes a second."""
    hidden = sys.modules.get("sklearn")
    # None makes an import fail, which the type of the dictionary does not know.
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["sklearn"]
        if hidden is not None:
            sys.modules["sklearn"] = hidden


def expect_warnings() -> None:
    """Leaves out the warnings that XGBoost prints in each job: text files as input, and a model without file ending."""
    for each in ("Text file input has been deprecated", "Saving model in the UBJSON", "Unknown file format"):
        warnings.filterwarnings("ignore", message=f".*{each}", category=UserWarning)

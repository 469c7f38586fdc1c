"""What the packages of AWS's images have, and the local AWS has not."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def refuse_others(module: str) -> Callable[[str], Any]:
    """``__getattr__`` of a module of an image's package: any other name is refused by name.

    Args:
        module: Name of the module.
    """

    def refuse(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            # ``from package import module`` asks for the attribute first.
            return importlib.import_module(f"{module}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{module}.{name}":
                raise
        raise ImportError(f"{module}.{name} of AWS's images is not in the local AWS")

    return refuse

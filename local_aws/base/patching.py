"""How moto is patched: by name, and loudly when the name is gone."""

from __future__ import annotations

from typing import Any


def replace(target: Any, name: str, value: Any) -> Any:
    """Sets attribute ``name`` of a module or class and returns the original.

    Raises:
        AttributeError: ``target`` has no such attribute, so the patch does not fit this version of moto.
    """
    original = getattr(target, name)
    setattr(target, name, value)
    return original

"""How moto is patched: by name, loudly when the name is gone, and undone when the local AWS stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MISSING = object()


class Patches:
    """The patches of one local AWS."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def replace(self, target: Any, name: str, value: Any) -> Any:
        """Sets attribute ``name`` of a module or class and returns what was there.

        Raises:
            AttributeError: ``target`` has no such attribute, so the patch does not fit this version of moto.
        """
        original = getattr(target, name)
        self._set(target, name, value)
        return original

    def add(self, target: Any, name: str, value: Any) -> None:
        """Sets an attribute that ``target`` does not have.

        Raises:
            AttributeError: It has one, so this version of moto does not need the patch.
        """
        if hasattr(target, name):
            raise AttributeError(f"{target!r} has {name} already: the patch is not needed any more")
        self._set(target, name, value)

    def replace_item(self, target: Any, key: str, value: Any) -> Any:
        """Sets an item of a dictionary (a plain or a typed one) and returns what was there.

        Raises:
            KeyError: ``target`` has no such item, so the patch does not fit this version of moto.
        """
        original = target[key]
        self._undo.append(lambda: target.__setitem__(key, original))
        target[key] = value
        return original

    def undo(self) -> None:
        """Takes every patch back, the last one first."""
        while self._undo:
            self._undo.pop()()

    def _set(self, target: Any, name: str, value: Any) -> None:
        # vars, not getattr: what is inherited is to be inherited again, and a classmethod to stay one.
        before = vars(target).get(name, _MISSING)
        self._undo.append(lambda: delattr(target, name) if before is _MISSING else setattr(target, name, before))
        setattr(target, name, value)

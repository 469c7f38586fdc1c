"""The environment variables of this process while a local AWS runs in it."""

from __future__ import annotations

import os
from collections.abc import Mapping


class Environment:
    """Changes of environment variables that can be taken back."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}

    def set(self, variables: Mapping[str, str | None]) -> None:
        """Sets variables; None takes one away."""
        for name, value in variables.items():
            self._before.setdefault(name, os.environ.get(name))
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def restore(self) -> None:
        """Gives each variable the value that it had before, or none."""
        before, self._before = self._before, {}
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

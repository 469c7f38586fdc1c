"""What can be wrong with a path."""

from __future__ import annotations


class InvalidPathError(ValueError):
    """The text is not a path."""


class PathNotFoundError(Exception):
    """The path is good and the data has nothing there.

    Args:
        path: As it was written.
        detail: What is missing, as in ``No results for path: $['a']``.
    """

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"Invalid path '{path}' : {detail}")
        self.path = path
        self.detail = detail

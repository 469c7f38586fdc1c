"""Line and column of a JSONPath in a text, JSON or YAML, by YAML's parser, which reads both."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]")


class Positions:
    """The places of one text, which is parsed when the first is asked for.

    Args:
        text: The file.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _parsed(self) -> Any:
        return _root(self._text)

    def of(self, path: str, below: tuple[str, ...] = ()) -> tuple[int, int]:
        """Line and column, from 1, of what ``path`` leads to; of the nearest place around it that the text has.

        Args:
            path: JSONPath from the root of the definition.
            below: Keys that lead from the root of the file to the definition.
        """
        node = self._parsed
        if node is None:
            return 1, 1
        mark = node.start_mark
        steps = [key or quoted or int(index) for key, quoted, index in _STEP.findall(path)]
        for each in [*below, *steps]:
            found = _child(node, re.sub(r"\\(.)", r"\1", each) if isinstance(each, str) else each)
            if found is None:
                break
            mark, node = found
        return mark.line + 1, mark.column + 1


def _root(text: str) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(text.removeprefix("\ufeff"), Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return None


def _child(node: Any, key: str | int) -> tuple[Any, Any] | None:
    """Where the child begins, with its key, and the child."""
    items = node.value if isinstance(node.value, list) else []
    if isinstance(key, int):
        return (items[key].start_mark, items[key]) if node.id == "sequence" and key < len(items) else None
    if node.id != "mapping":
        return None
    # The last one counts where a key stands twice, and that is the one to be taken out.
    return next(((name.start_mark, item) for name, item in reversed(items) if name.value == key), None)

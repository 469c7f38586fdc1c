"""Line and column of a JSONPath in a text: JSON, in which ``${...}`` may stand for a value, or YAML."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^}]*\}|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


@dataclass
class _Node:
    """A value of the text.

    Args:
        start: Where it begins, or where its key does.
        children: What is in it, by key or index.
    """

    start: int
    children: dict[str | int, _Node] = field(default_factory=dict)


class Positions:
    """The places of one text, which is parsed when the first is asked for.

    Args:
        text: The file.
    """

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")

    @cached_property
    def _root(self) -> _Node | None:
        if self._text.lstrip().startswith(("{", "[")):
            with contextlib.suppress(ValueError, StopIteration, RecursionError):
                return _of_json(_TOKEN.finditer(self._text))
        return _of_yaml(self._text)

    def of(self, path: str, below: tuple[str, ...] = ()) -> tuple[int, int]:
        """Line and column, from 1, of what ``path`` leads to; of the nearest place around it that the text has.

        Args:
            path: JSONPath from the root of the definition.
            below: Keys that lead from the root of the file to the definition.
        """
        node = self._root
        if node is None:
            return 1, 1
        steps = [key or quoted or int(index) for key, quoted, index in _STEP.findall(path)]
        for each in [*below, *steps]:
            found = node.children.get(re.sub(r"\\(.)", r"\1", each) if isinstance(each, str) else each)
            if found is None:
                break
            node = found
        start = node.start
        return self._text.count("\n", 0, start) + 1, start - self._text.rfind("\n", 0, start)


def _of_json(tokens: Iterator[re.Match[str]]) -> _Node:
    """The tree of a text; raises ValueError or StopIteration where it is no JSON."""
    return _value(next(tokens), tokens)


def _value(token: re.Match[str], tokens: Iterator[re.Match[str]]) -> _Node:
    node = _Node(token.start())
    if token[0] not in ("{", "["):
        return node
    is_object, end = token[0] == "{", "}" if token[0] == "{" else "]"
    token = next(tokens)
    while token[0] != end:
        name: str | int = len(node.children)
        start = token.start()
        if is_object:
            key = token[0]
            if not key.startswith('"') or next(tokens)[0] != ":":
                raise ValueError("no key with a value")
            name = str(json.loads(key)) if "\\" in key else key[1:-1]
            token = next(tokens)
        # The last one counts where a key stands twice, and that is the one to be taken out.
        node.children[name] = child = _value(token, tokens)
        child.start = start
        token = next(tokens)
        if token[0] == ",":
            token = next(tokens)
    return node


def _of_yaml(text: str) -> _Node | None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        composed = yaml.compose(text, Loader=loader)
        return None if composed is None else _converted(composed, composed.start_mark.index)
    except (yaml.YAMLError, RecursionError):
        return None


def _converted(composed: Any, start: int) -> _Node:
    if composed.id == "mapping":
        pairs = [(name.value, item, name.start_mark.index) for name, item in composed.value]
    elif composed.id == "sequence":
        pairs = [(index, item, item.start_mark.index) for index, item in enumerate(composed.value)]
    else:
        pairs = []
    return _Node(start, {key: _converted(item, at) for key, item, at in pairs if isinstance(key, str | int)})

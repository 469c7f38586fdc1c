"""Batches of items: one child execution for several.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from __future__ import annotations

import json
from typing import Any


def batches(
    items: list[Any], *, max_items: int | None, max_bytes: int | None, batch_input: Any
) -> list[tuple[Any, int]]:
    """The input of each child execution, with the number of its items.

    Args:
        items: All of them.
        max_items: At most so many a batch.
        max_bytes: At most so many bytes of input a batch; an item that is larger is a batch of its own.
        batch_input: What each batch gets beside its items; None for nothing.
    """
    base = {} if batch_input is None else {"BatchInput": batch_input}
    empty = _size({**base, "Items": []})
    found: list[list[Any]] = []
    size = 0
    for item in items:
        grown = size + _size(item) + 1
        full = bool(found) and (
            (max_items is not None and len(found[-1]) >= max_items) or (max_bytes is not None and grown > max_bytes)
        )
        if not found or full:
            found.append([])
            grown = empty + _size(item)
        found[-1].append(item)
        size = grown
    return [({**base, "Items": each}, len(each)) for each in found]


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())

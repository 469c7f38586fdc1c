"""The functions at the end of a path, as in ``$.items.length()``."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any


def _length(value: Any) -> Any:
    return len(value) if isinstance(value, list | dict | str) else None


def _numbers(value: Any) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]


def _over_numbers(function: Callable[[list[float]], Any]) -> Callable[[Any], Any]:
    return lambda value: float(function(_numbers(value))) if _numbers(value) else None


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "length": _length,
        "size": _length,
        "keys": lambda value: list(value) if isinstance(value, dict) else None,
        "first": lambda value: value[0] if isinstance(value, list) and value else None,
        "last": lambda value: value[-1] if isinstance(value, list) and value else None,
        "min": _over_numbers(min),
        "max": _over_numbers(max),
        "sum": _over_numbers(sum),
        "avg": _over_numbers(statistics.fmean),
        "stddev": _over_numbers(statistics.pstdev),
    }
)

"""What the comparison operators of a Choice state say of two values.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from local_aws.stepfunctions.reading.components import timestamp

Comparison = Callable[[Any, Any], bool]


def is_number(value: Any) -> bool:
    """Whether JSON calls it a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _string(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _number(value: Any) -> Any:
    return value if is_number(value) else None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def string_matches(text: Any, pattern: Any) -> bool:
    """``StringMatches``: ``*`` is any text, and a backslash makes it a star; in linear time for each star."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    pieces = _pieces(pattern)
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _pieces(pattern: str) -> list[str]:
    pieces, position = [""], 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            position += 1
            pieces[-1] += pattern[position]
        elif character == "*":
            pieces.append("")
        else:
            pieces[-1] += character
        position += 1
    return pieces


def _of_kind(kind: Callable[[Any], Any], compare: Callable[[Any, Any], bool]) -> Comparison:
    def decide(left: Any, right: Any) -> bool:
        values = kind(left), kind(right)
        return None not in values and compare(*values)

    return decide


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_KINDS: Mapping[str, Callable[[Any], Any]] = {"String": _string, "Numeric": _number, "Timestamp": timestamp}
#: By the field's name; each has a form with a path, named ``...Path``, except StringMatches.
COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        **{f"{kind}{order}": _of_kind(_KINDS[kind], _ORDERS[order]) for kind in _KINDS for order in _ORDERS},
        "BooleanEquals": _of_kind(_boolean, operator.eq),
        "StringMatches": string_matches,
    }
)
#: Tests of one value: the field says whether they must hold.
TESTS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "IsNull": lambda value: value is None,
        "IsNumeric": is_number,
        "IsString": lambda value: isinstance(value, str),
        "IsBoolean": lambda value: isinstance(value, bool),
        "IsTimestamp": lambda value: timestamp(value) is not None,
    }
)

"""The conditions of a Condition step; pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.sagemaker.pipelines.values import UnresolvedError

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


def holds(conditions: list[Mapping[str, Any]]) -> bool:
    """Whether all conditions hold; their references are resolved already.

    Raises:
        UnresolvedError: Two values have no order, as a string and a number.
    """
    return all(_holds(each) for each in conditions)


def _holds(condition: Mapping[str, Any]) -> bool:
    kind = condition["Type"]
    if kind == "Not":
        return not _holds(condition["Condition"])
    if kind == "Or":
        return any(_holds(each) for each in condition["Conditions"])
    if kind == "In":
        return any(_equal(condition["QueryValue"], each) for each in condition["Values"])
    left, right = condition["LeftValue"], condition["RightValue"]
    if kind == "Equals":
        return _equal(left, right)
    if _kind(left) != _kind(right) or _kind(left) not in ("number", "string"):
        raise UnresolvedError(f"condition {kind}: {left!r} and {right!r} have no order")
    return _ORDER[kind](left, right)


def _equal(left: Any, right: Any) -> bool:
    # In Python True is 1; in JSON it is not.
    return _kind(left) == _kind(right) and bool(left == right)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string" if isinstance(value, str) else "other"

"""The conditions of a Condition step; pure functions.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.pipelines.values import UnresolvedError

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
#: Keys of each operator.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Equals", *_ORDER), ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}


def check(arguments: Mapping[str, Any]) -> None:
    """Raises DefinitionError unless the ``Arguments`` of a Condition step are legal."""
    conditions = arguments.get("Conditions")
    if not isinstance(conditions, list) or not conditions:
        raise DefinitionError("a step of type Condition needs Arguments.Conditions, a list")
    for key in ("IfSteps", "ElseSteps"):
        if not isinstance(arguments.get(key) or [], list):
            raise DefinitionError(f"Arguments.{key} is no list")
    for each in conditions:
        _check(each)


def _check(condition: Any) -> None:
    shown = condition.get("Type") if isinstance(condition, Mapping) else condition
    if not isinstance(condition, Mapping) or not isinstance(shown, str) or shown not in OPERATORS:
        raise DefinitionError(f"there is no condition {shown!r}; there are {', '.join(OPERATORS)}")
    kind = condition["Type"]
    wanted = {"Type", *OPERATORS[kind]}
    if set(condition) != wanted:
        raise DefinitionError(f"condition {kind} has the keys {', '.join(sorted(wanted))}; got {sorted(condition)}")
    for key in ("Conditions", "Values"):
        if not isinstance(condition.get(key, []), list):
            raise DefinitionError(f"condition {kind}: {key} is no list")
    if kind == "Not":
        _check(condition["Condition"])
    if kind == "Or":
        for each in condition["Conditions"]:
            _check(each)


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

"""Conditions of a condition step: what decides which branch of a pipeline runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sagemaker_workflows._core.variables import PipelineVariable, rendered
from sagemaker_workflows.pipelines.values import ParameterBoolean, ParameterFloat, ParameterInteger

#: What a condition compares: a text, a number, true or false, or something known only when the pipeline runs.
ConditionValue = str | int | float | bool | PipelineVariable

_TEXT, _NUMBER, _BOOLEAN = "a text", "a number", "true or false"


class Condition:
    """Base of the conditions; use one of its subclasses.

    Follows https://sagemaker.readthedocs.io/en/stable/amazon_sagemaker_model_building_pipeline.html#conditions
    """

    #: ``Type`` in the definition.
    TYPE: ClassVar[str]

    def render(self) -> dict[str, Any]:
        """The condition as it stands in the definition."""
        raise NotImplementedError

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing. Condition steps raise it."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Comparison(Condition):
    """Two values side by side.

    Args:
        left: Value.
        right: Value that it is compared with.
    """

    left: ConditionValue
    right: ConditionValue

    def render(self) -> dict[str, Any]:
        """The condition as it stands in the definition."""
        return {"Type": self.TYPE, "LeftValue": rendered(self.left), "RightValue": rendered(self.right)}

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing."""
        return next(_value_problems(self.TYPE, {"left": self.left, "right": self.right}), None)


class _OrderComparison(_Comparison):
    """Two values of which one comes before the other: numbers, or texts such as dates."""

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing."""
        for field, value in (("left", self.left), ("right", self.right)):
            if _kind(value) == _BOOLEAN:
                return f"{self.TYPE}: {field} {value!r} is true or false, which have no order; use ConditionEquals"
        return super().problem()


class ConditionEquals(_Comparison):
    """``left`` and ``right`` are the same."""

    TYPE = "Equals"


class ConditionGreaterThan(_OrderComparison):
    """``left`` is greater than ``right``; texts are compared as texts, as in ``START_DATETIME`` and a date."""

    TYPE = "GreaterThan"


class ConditionGreaterThanOrEqualTo(_OrderComparison):
    """``left`` is greater than ``right`` or the same; see :class:`ConditionGreaterThan`."""

    TYPE = "GreaterThanOrEqualTo"


class ConditionLessThan(_OrderComparison):
    """``left`` is less than ``right``; see :class:`ConditionGreaterThan`."""

    TYPE = "LessThan"


class ConditionLessThanOrEqualTo(_OrderComparison):
    """``left`` is less than ``right`` or the same; see :class:`ConditionGreaterThan`."""

    TYPE = "LessThanOrEqualTo"


@dataclass(frozen=True)
class ConditionIn(Condition):
    """``value`` is one of ``in_values``.

    Args:
        value: Value to look for.
        in_values: One or more values.
    """

    value: ConditionValue
    in_values: Sequence[ConditionValue]

    TYPE = "In"

    def render(self) -> dict[str, Any]:
        """The condition as it stands in the definition."""
        return {"Type": self.TYPE, "QueryValue": rendered(self.value), "Values": rendered(self.in_values)}

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing."""
        if isinstance(self.in_values, str) or not self.in_values:
            return f"In: in_values is {self.in_values!r}; write a list of one or more values"
        for index, each in enumerate(self.in_values):
            pair = {"value": self.value, f"in_values[{index}]": each}
            if problem := next(_value_problems(self.TYPE, pair), None):
                return problem
        return None


@dataclass(frozen=True)
class ConditionNot(Condition):
    """The opposite of a condition.

    Args:
        expression: The condition.
    """

    expression: Condition

    TYPE = "Not"

    def render(self) -> dict[str, Any]:
        """The condition as it stands in the definition."""
        return {"Type": self.TYPE, "Condition": self.expression.render()}

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing."""
        if not isinstance(self.expression, Condition):
            return f"Not: expression is {self.expression!r}; give a condition, as ConditionEquals"
        return self.expression.problem()


@dataclass(frozen=True)
class ConditionOr(Condition):
    """One or more of several conditions hold.

    Args:
        conditions: One or more conditions.
    """

    conditions: Sequence[Condition]

    TYPE = "Or"

    def render(self) -> dict[str, Any]:
        """The condition as it stands in the definition."""
        return {"Type": self.TYPE, "Conditions": [each.render() for each in self.conditions]}

    def problem(self) -> str | None:
        """What cannot be compared, and the remedy; None: nothing."""
        if not self.conditions:
            return "Or: conditions is empty; give at least one"
        for each in self.conditions:
            if not isinstance(each, Condition):
                return f"Or: conditions holds {each!r}; give conditions, as ConditionEquals"
        return next((found for each in self.conditions if (found := each.problem())), None)


def _value_problems(condition: str, values: dict[str, Any]) -> Iterator[str]:
    for field, value in values.items():
        if not isinstance(value, str | int | float | PipelineVariable):
            yield f"{condition}: {field} is {value!r}; write a text, a number, true or false, or a pipeline variable"
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{condition}: {field} is {value!r}, which JSON does not have; write a number"
    # A number never equals a text, as in 5 and "5"; what the service makes of the pair is not documented.
    (first, left), (second, right) = values.items()
    kinds = {_kind(left), _kind(right)} - {None}
    if len(kinds) > 1:
        yield (
            f"{condition}: {first} {left!r} is {_kind(left)}, {second} {right!r} is {_kind(right)}; "
            "compare values of one kind"
        )


def _kind(value: Any) -> str | None:
    """The kind of a value; None where only the run knows it."""
    # A boolean is an int to Python.
    if isinstance(value, bool | ParameterBoolean):
        return _BOOLEAN
    if isinstance(value, int | float | ParameterInteger | ParameterFloat):
        return _NUMBER
    if isinstance(value, str) or (isinstance(value, PipelineVariable) and value.is_text):
        return _TEXT
    return None

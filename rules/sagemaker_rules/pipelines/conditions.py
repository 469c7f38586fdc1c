"""Rules on the conditions of a Condition step.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.pipelines.context import BRANCHES, Pipeline, Step
from sagemaker_rules.pipelines.findings import PipelineFinding
from sagemaker_rules.pipelines.value_types import BOOLEAN, FLOAT, INTEGER, LIST, OBJECT, TEXT, type_of

_ORDER = ("GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
#: Keys of each operator.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Equals", *_ORDER), ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}
_KINDS = {TEXT: "text", INTEGER: "number", FLOAT: "number", BOOLEAN: "boolean", LIST: "list", OBJECT: "object"}


def condition_findings(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """What the service would refuse of a Condition step."""
    if step.type != "Condition" or not isinstance(step.body.get("Arguments"), Mapping):
        return
    conditions = step.arguments.get("Conditions")
    if not isinstance(conditions, list) or not conditions:
        message = "a step of type Condition needs Arguments.Conditions, a list"
        yield step.finding("condition", message, "Arguments", "Conditions")
        return
    for key in BRANCHES:
        if not isinstance(step.arguments.get(key), list | None):
            yield step.finding("condition", f"Arguments.{key} is no list", "Arguments", key)
    for key in step.arguments:
        if key not in ("Conditions", *BRANCHES):
            yield step.finding("unknown", f"{key!r} is not an argument of Condition; take it out", "Arguments", key)
    for index, each in enumerate(conditions):
        yield from _condition(step, each, f"Arguments.Conditions[{index}]", pipeline)


def _condition(step: Step, condition: Any, path: str, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    shown = condition.get("Type") if isinstance(condition, Mapping) else condition
    if not isinstance(condition, Mapping) or not isinstance(shown, str) or shown not in OPERATORS:
        yield step.finding("condition", f"there is no condition {shown!r}; there are {', '.join(OPERATORS)}", path)
        return
    kind = condition["Type"]
    wanted = {"Type", *OPERATORS[kind]}
    if set(condition) != wanted:
        message = f"condition {kind} has the keys {', '.join(sorted(wanted))}; got {sorted(condition)}"
        yield step.finding("condition", message, path)
        return
    for key in ("Conditions", "Values"):
        if not isinstance(condition.get(key, []), list):
            yield step.finding("condition", f"condition {kind}: {key} is no list", path, key)
            return
    if kind == "Not":
        yield from _condition(step, condition["Condition"], f"{path}.Condition", pipeline)
    elif kind == "Or":
        for index, each in enumerate(condition["Conditions"]):
            yield from _condition(step, each, f"{path}.Conditions[{index}]", pipeline)
    else:
        yield from _kinds(step, condition, path, pipeline)


def _kinds(step: Step, condition: Mapping[str, Any], path: str, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """Values that can be neither equal nor in order."""
    kind = condition["Type"]
    left, right = OPERATORS[kind]
    others = condition[right] if kind == "In" else [condition[right]]
    first = _kind(condition[left], pipeline)
    for other in others:
        second = _kind(other, pipeline)
        if first is not None and second is not None and first != second:
            message = f"condition {kind}: {left} is a {first}, {right} a {second}; compare values of one kind"
            # What the service makes of such a pair is not published; in order they cannot be.
            yield step.finding("condition-types", message, path, is_warning=kind not in _ORDER)
            return
    if kind in _ORDER and first not in (None, "number", "text"):
        yield step.finding("condition-types", f"condition {kind}: a {first} has no order; compare numbers", path)


def _kind(value: Any, pipeline: Pipeline) -> str | None:
    if pipeline.is_token(value):
        return None
    found = type_of(value, pipeline.parameters, pipeline.bodies())
    return None if found is None else _KINDS.get(found)

"""What an expression yields whatever the data are: text, a number, a boolean, a list or an object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sagemaker_rules.check.context_object import context_kind
from sagemaker_rules.check.expressions import Call, Expression, Literal, Path
from sagemaker_rules.check.jsonata_functions import FUNCTIONS, Kind

#: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html; what is not here depends on the data.
_OF_FUNCTIONS: Mapping[str, Kind] = {
    **{f"States.{name}": "text" for name in ("Format", "Base64Encode", "Base64Decode", "Hash", "UUID", "JsonToString")},
    **{f"States.{name}": "number" for name in ("MathAdd", "MathRandom", "ArrayLength")},
    **{f"States.{name}": "list" for name in ("Array", "ArrayPartition", "ArrayRange", "ArrayUnique", "StringSplit")},
    "States.ArrayContains": "boolean",
    "States.JsonMerge": "object",
}
#: What the items of a list are.
_OF_ITEMS: Mapping[str, Kind] = {
    "States.StringSplit": "text",
    "States.ArrayRange": "number",
    "States.ArrayPartition": "list",
}
_CONTEXT = re.compile(r"\$\$((?:\.\w+)+)")
_OF_PREFIXES: Mapping[str, Kind] = {"[": "list", "{": "object", "-": "number"}
_OF_OPERATORS: Mapping[str, Kind] = {
    "&": "text",
    **dict.fromkeys(("+", "-", "*", "/", "%"), "number"),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "and", "or", "in"), "boolean"),
}


def kind_of(expression: Expression) -> Kind | None:
    """What an expression of JSONPath yields; None where that depends on the data."""
    if isinstance(expression, Path):
        return _of_path(expression)
    if isinstance(expression, Literal):
        if expression.is_text:
            return "text"
        return {"true": "boolean", "false": "boolean", "null": None}.get(expression.text, "number")
    if expression.function == "States.ArrayGetItem" and expression.arguments:
        of = expression.arguments[0]
        return _OF_ITEMS.get(of.function) if isinstance(of, Call) else None
    return _OF_FUNCTIONS.get(expression.function)


def _of_path(path: Path) -> Kind | None:
    if path.is_list:
        return "list"
    match = _CONTEXT.fullmatch(path.text)
    return context_kind(match[1][1:].split(".")) if match else None


def kind_of_jsonata(node: Any) -> Kind | None:
    """What a parsed expression of JSONata yields; None where that depends on the data."""
    if node.predicate or node.group is not None:
        return None
    if node.type in ("string", "number"):
        return "text" if node.type == "string" else "number"
    if node.type == "value":
        return "boolean" if isinstance(node.value, bool) else None
    if node.type == "binary":
        return _OF_OPERATORS.get(node.value)
    if node.type == "unary":
        return _OF_PREFIXES.get(node.value)
    if node.type == "condition" and node._else is not None:
        kind = kind_of_jsonata(node.then)
        return kind if kind == kind_of_jsonata(node._else) else None
    if node.type == "block" and node.expressions:
        return kind_of_jsonata(node.expressions[-1])
    if node.type == "function" and node.procedure.type == "variable" and node.procedure.value in FUNCTIONS:
        return FUNCTIONS[node.procedure.value].kind
    if node.type == "apply" and node.rhs.type in ("function", "variable"):
        name = node.rhs.procedure.value if node.rhs.type == "function" else node.rhs.value
        return FUNCTIONS[name].kind if name in FUNCTIONS else None
    return _of_states(node) if node.type == "path" else None


def _of_states(path: Any) -> Kind | None:
    """Of ``$states.context`` and names behind it."""
    if any(each.type not in ("variable", "name") or each.stages or each.predicate for each in path.steps):
        return None
    names = [str(each.value) for each in path.steps]
    return context_kind(names[2:]) if names[:2] == ["states", "context"] else None

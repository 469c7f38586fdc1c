"""Intrinsic functions of JSONPath: number and literals of their arguments, depth, and the type of what they yield.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.expressions import Call, Expression, Literal, Path

_MAX_DEPTH = 10
_MANY = 10_000
#: Fewest and most arguments.
_ARGUMENTS: Mapping[str, tuple[int, int]] = {
    "States.Array": (0, _MANY),
    "States.ArrayPartition": (2, 2),
    "States.ArrayContains": (2, 2),
    "States.ArrayRange": (3, 3),
    "States.ArrayGetItem": (2, 2),
    "States.ArrayLength": (1, 1),
    "States.ArrayUnique": (1, 1),
    "States.Base64Encode": (1, 1),
    "States.Base64Decode": (1, 1),
    "States.Hash": (2, 2),
    "States.JsonMerge": (3, 3),
    "States.StringToJson": (1, 1),
    "States.JsonToString": (1, 1),
    "States.MathRandom": (2, 3),
    "States.MathAdd": (2, 2),
    "States.StringSplit": (2, 2),
    "States.UUID": (0, 0),
    "States.Format": (1, _MANY),
}
_ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
_YIELDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("States.Format", "States.Hash", "States.UUID", "States.JsonToString", "States.Base64Encode"), "text"
    ),
    "States.Base64Decode": "text",
    **dict.fromkeys(("States.Array", "States.ArrayPartition", "States.ArrayRange", "States.ArrayUnique"), "list"),
    "States.StringSplit": "list",
    **dict.fromkeys(("States.MathAdd", "States.MathRandom", "States.ArrayLength"), "number"),
    "States.ArrayContains": "flag",
    "States.JsonMerge": "object",
}
#: Type of an argument by its place, for those that are of one type.
_TAKES: Mapping[str, tuple[str, ...]] = {
    "States.ArrayPartition": ("list", "number"),
    "States.ArrayContains": ("list", ""),
    "States.ArrayRange": ("number", "number", "number"),
    "States.ArrayGetItem": ("list", "number"),
    "States.ArrayLength": ("list",),
    "States.ArrayUnique": ("list",),
    "States.Base64Encode": ("text",),
    "States.Base64Decode": ("text",),
    "States.JsonMerge": ("object", "object", "flag"),
    "States.StringToJson": ("text",),
    "States.MathRandom": ("number", "number", "number"),
    "States.MathAdd": ("number", "number"),
    "States.StringSplit": ("text", "text"),
    "States.Format": ("text",),
}
_NAMES = {"text": "a text", "list": "a list", "number": "a number", "flag": "true or false", "object": "an object"}


def call_problems(expression: Expression, depth: int = 1) -> Iterator[str]:
    """What is wrong with the calls in an expression, each with what to write instead."""
    if not isinstance(expression, Call):
        return
    name, given = expression.function, expression.arguments
    if depth == _MAX_DEPTH + 1:
        yield f"nests more than {_MAX_DEPTH} functions; compute a part of it in a state before"
    low, high = _ARGUMENTS[name]
    if not low <= len(given) <= high:
        takes = f"{low} or more" if high == _MANY else str(low) if low == high else f"{low} to {high}"
        yield f"{name} has {len(given)} arguments; write {takes}"
    else:
        yield from _literals(name, given)
        for place, (argument, takes) in enumerate(zip(given, _TAKES.get(name, ()), strict=False), 1):
            yields = yielded(argument)
            if takes and yields not in (None, takes):
                yield f"{name} has {_NAMES[str(yields)]} as argument {place}; write {_NAMES[takes]}"
    for argument in given:
        yield from call_problems(argument, depth + 1)


def yielded(expression: Expression) -> str | None:
    """Type of the value, ``text``, ``number``, ``flag``, ``list`` or ``object``; None where it depends on the input."""
    if isinstance(expression, Call):
        return _YIELDS.get(expression.function)
    if isinstance(expression, Literal):
        if expression.is_text:
            return "text"
        return {"true": "flag", "false": "flag", "null": None}.get(expression.text, "number")
    return "list" if is_indefinite(expression) else None


def is_indefinite(path: Path) -> bool:
    """Whether a path may lead to several places, and therefore always yields a list."""
    if path.text.endswith("()"):
        return False
    without_names = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", path.text)
    if re.search(r"\.\.|\[\?|\[\*\]|\.\*", without_names):
        return True
    return bool(re.search(r"\[-?\d*\s*:[^\]]*\]|\[-?\d+\s*(?:,\s*-?\d+\s*)+\]", without_names))


def _literals(name: str, given: tuple[Expression, ...]) -> Iterator[str]:
    if name == "States.Hash" and isinstance(given[1], Literal) and given[1].text not in _ALGORITHMS:
        yield f"States.Hash has no algorithm {given[1].text!r}; write one of {', '.join(_ALGORITHMS)}"
    if name == "States.JsonMerge" and isinstance(given[2], Literal) and given[2].text == "true":
        yield "States.JsonMerge has no deep merge; write false as its third argument"
    if name == "States.Format" and isinstance(given[0], Literal):
        places = len(re.findall(r"\{\}", re.sub(r"\\.", "", given[0].text)))
        if places != len(given) - 1:
            yield f"States.Format has {places} {{}} and {len(given) - 1} values; write one value for each {{}}"


def fits(yields: str | None, shape: Any, *, serializes: bool) -> bool:
    """Whether what an expression yields can stand in a field of botocore's shape.

    Args:
        yields: As of :func:`yielded`.
        shape: The field's shape.
        serializes: Whether Step Functions writes JSON into a text field by itself, as in SDK integrations.
    """
    kind = shape.type_name
    if yields is None:
        return True
    if kind in ("string", "blob", "timestamp"):
        return yields == "text" or serializes or kind == "timestamp"
    return {"list": "list", "structure": "object", "map": "object", "boolean": "flag"}.get(kind, "number") == yields

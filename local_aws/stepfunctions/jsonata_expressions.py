"""The one evaluator of JSONata: jsonata-python, with the functions that Step Functions adds.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import jsonata
from jsonata.functions import Functions
from jsonata.utils import Utils

from local_aws.stepfunctions.jsonata_functions import FUNCTIONS


class JsonataError(Exception):
    """An expression fails: ``States.QueryEvaluationError``."""


# The library is not typed.
class _Jsonata(jsonata.Jsonata):  # type: ignore[misc]
    """jsonata-python 0.7.1, with what a comparison with the reference implementation has found mended.

    It cuts the remainder of a division to a whole number, and holds true for 1.
    """

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str | None) -> Any:
        """The remainder keeps its fraction."""
        if op == "%" and Utils.is_numeric(lhs) and Utils.is_numeric(rhs):
            return Utils.convert_number(math.fmod(float(lhs), float(rhs)))
        return super().evaluate_numeric_expression(lhs, rhs, op)

    def evaluate_equality_expression(self, lhs: Any, rhs: Any, op: str | None) -> Any:
        """A boolean equals booleans only."""
        if lhs is None or rhs is None:
            return False
        return _equal(lhs, rhs) is (op == "=")

    def evaluate_includes_expression(self, lhs: Any, rhs: Any) -> Any:
        """A boolean is in lists of booleans only."""
        if lhs is None or rhs is None:
            return False
        return any(_equal(each, lhs) for each in (rhs if isinstance(rhs, list) else [rhs]))


class _String(jsonata.Jsonata.JFunctionCallable):  # type: ignore[misc]
    """``$string``: the library escapes letters beyond ASCII and writes 17 digits inside of arrays and objects."""

    def call(self, input: Any, args: Any) -> Any:
        """The text of a value."""
        value, prettify = (*args, None, None)[:2]
        text = Functions.string(_fifteen_digits(value), prettify)
        return text if isinstance(value, str) or text is None else _ESCAPED.sub(_letters, text)


_ESCAPED = re.compile(r"\\\\|(?:\\u[0-9a-f]{4})+")


def _letters(escaped: re.Match[str]) -> str:
    text = escaped[0]
    return text if text == "\\\\" else json.dumps(json.loads(f'"{text}"'), ensure_ascii=False)[1:-1]


def _fifteen_digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fifteen_digits(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_fifteen_digits(each) for each in value]
    return float(f"{value:.15g}") if isinstance(value, float) and not value.is_integer() else value


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_equal(one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    null = (None, Utils.NULL_VALUE)
    return bool(left == right) or (left in null and right in null)


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression, as JSON has it.

    Args:
        expression: What stands between ``{%`` and ``%}``.
        variables: By their names without the dollar sign.

    Raises:
        JsonataError: It does not parse, fails, or gives nothing that JSON can hold.
    """
    try:
        parsed = _Jsonata(expression)
        parsed.set_output_convert_nulls(False)
        for name, function in FUNCTIONS.items():
            parsed.register_lambda(name, function)
        parsed.register_function("string", jsonata.Jsonata.JFunction(_String(), "<x-b?:s>"))
        result = parsed.evaluate(None, {name: _given(value) for name, value in variables.items()})
    except RecursionError:
        raise JsonataError(f"The JSONata expression '{expression}' is nested too deeply.") from None
    except Exception as error:
        raise JsonataError(
            f"The JSONata expression '{expression}' threw an error during evaluation. {error}".strip()
        ) from error
    if result is None:
        raise JsonataError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return _plain(result, expression)


def _given(value: Any) -> Any:
    # None is what the library has for undefined.
    return Utils.NULL_VALUE if value is None else value


def _plain(value: Any, expression: str) -> Any:
    """The value without classes of the library."""
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, list | tuple | range) or type(value).__name__ == "RangeList":
        return [_plain(each, expression) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each, expression) for key, each in value.items()}
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    raise JsonataError(f"The JSONata expression '{expression}' returned an unsupported result type.")

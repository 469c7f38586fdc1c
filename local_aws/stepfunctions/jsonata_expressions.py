"""The one evaluator of JSONata: jsonata-python, with the functions that Step Functions adds.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonata
from jsonata.utils import Utils

from local_aws.stepfunctions.jsonata_functions import FUNCTIONS


class JsonataError(Exception):
    """An expression fails: ``States.QueryEvaluationError``."""


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression, as JSON has it.

    Args:
        expression: What stands between ``{%`` and ``%}``.
        variables: By their names without the dollar sign.

    Raises:
        JsonataError: It does not parse, fails, or gives nothing that JSON can hold.
    """
    try:
        parsed = jsonata.Jsonata(expression)
        parsed.set_output_convert_nulls(False)
        for name, function in FUNCTIONS.items():
            parsed.register_lambda(name, function)
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

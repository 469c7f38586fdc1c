"""moto 5.2.5 ships no JSONata evaluator: its pointer is None, so JSONata states and JSONPath ``Assign`` fail.

The PyPI package jsonata-python evaluates the expressions.
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Puts an evaluator where moto looks for one."""
    import jsonata as library
    from moto.stepfunctions.parser.asl.component.common.string import string_expression
    from moto.stepfunctions.parser.asl.jsonata import jsonata, validations

    def evaluate(expression: str) -> Any:
        try:
            return library.Jsonata(expression).evaluate(None)
        except Exception as error:
            raise jsonata.JSONataException("UNKNOWN", str(error)) from error

    for module in (jsonata, string_expression, validations):
        patches.replace(module, "eval_jsonata_expression", evaluate)

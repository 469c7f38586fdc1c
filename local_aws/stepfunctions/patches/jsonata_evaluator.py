"""moto 5.2.5 ships no JSONata evaluator: its pointer is None, so JSONata states and JSONPath ``Assign`` fail.

The PyPI package jsonata-python evaluates the expressions. moto's declarations of the functions that Step Functions adds
are taken out: ``$hash`` and ``$uuid`` answer a sentence as data, ``$random`` has another generator, ``$parse`` runs the
text as code. Texts of variables are written as JSON, where moto writes quotes around them whatever they hold. An
expression that fails is ``States.QueryEvaluationError``, where moto ends with ``States.Runtime`` and a Python repr.
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.base.patching import Patches
from local_aws.stepfunctions.jsonata_functions import FUNCTIONS


def apply(patches: Patches) -> None:
    """Puts an evaluator where moto looks for one."""
    import jsonata as library
    from moto.stepfunctions.parser.asl.component.common.string import string_expression
    from moto.stepfunctions.parser.asl.eval import states, variable_store
    from moto.stepfunctions.parser.asl.jsonata import jsonata, validations

    def evaluate(expression: str) -> Any:
        try:
            parsed = library.Jsonata(expression)
            for name, function in FUNCTIONS.items():
                parsed.register_lambda(name, function)
            return parsed.evaluate(None)
        except Exception as error:
            raise jsonata.JSONataException("UNKNOWN", str(error)) from error

    for module in (jsonata, string_expression, validations):
        patches.replace(module, "eval_jsonata_expression", evaluate)
    patches.replace(string_expression, "get_intrinsic_functions_declarations", lambda variable_references: "")
    for module in (states, variable_store):
        patches.replace(module, "encode_jsonata_variable_declarations", declarations)

    def eval_body(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except jsonata.JSONataException as error:
            raise _failure(env, self.expression, error.details) from error

    original = patches.replace(string_expression.StringJSONata, "_eval_body", eval_body)


def declarations(bindings: Mapping[str, Any]) -> str:
    """Assignments of values to variables, as an expression begins with them."""
    from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

    def text(value: Any) -> str:
        return json.dumps(value) if isinstance(value, str) else str(to_json_str(value, separators=(",", ":")))

    return "".join(f"{name}:={text(value)};" for name, value in bindings.items())


def _failure(env: Any, expression: str, problem: str | None) -> Exception:
    from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name import failure_event, states_error_name
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

    name = states_error_name.StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    cause = f"The JSONata expression '{expression}' threw an error during evaluation. {problem or ''}".strip()
    details = EventDetails(
        evaluationFailedEventDetails=EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    )
    kind = HistoryEventType.EvaluationFailed
    env.event_manager.add_event(context=env.event_history_context, event_type=kind, event_details=details)
    failure = failure_event.FailureEvent(env=env, error_name=name, event_type=kind, event_details=details)
    raised: Exception = failure_event.FailureEventException(failure_event=failure)
    return raised

"""What fields of a state say: paths, intrinsic functions, JSONata, and templates of these.

Each is read once and then asked for its value in an environment of moto's interpreter. The data of a path is what lies
on top of the environment's stack.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from local_aws.stepfunctions import intrinsics
from local_aws.stepfunctions.jsonata_expressions import JsonataError, evaluate
from local_aws.stepfunctions.paths import JsonPath, PathNotFoundError
from local_aws.stepfunctions.reading.failures import QUERY, RUNTIME, failure

Value = Callable[[Any], Any]
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)(.*)\Z", re.DOTALL)


class Language(Protocol):
    """One of the two query languages."""

    name: str

    def template(self, document: Any) -> Value:
        """The value of a template: ``Parameters``, ``Arguments``, ``Assign``, ``Output`` ..."""

    def field(self, text: Any, field: str) -> Value:
        """The value of a field that may be an expression."""


class JsonPathLanguage:
    """Keys that end in ``.$`` hold paths and intrinsic functions."""

    name = "JSONPath"

    def template(self, document: Any) -> Value:
        """The value of a template."""
        if isinstance(document, list):
            items = [self.template(each) for each in document]
            return lambda env: [item(env) for item in items]
        if not isinstance(document, dict):
            return lambda env: copy.deepcopy(document)
        fields = {
            key.removesuffix(".$"): self.expression(value, key) if key.endswith(".$") else self.template(value)
            for key, value in document.items()
        }
        return lambda env: {key: value(env) for key, value in fields.items()}

    def field(self, text: Any, field: str) -> Value:
        """A constant: fields with paths have names of their own."""
        return lambda env: text

    def expression(self, text: Any, field: str) -> Value:
        """A path, a variable or an intrinsic function.

        Args:
            text: As written.
            field: The field's name, for messages.

        Raises:
            ValueError: It is none of them.
        """
        if not isinstance(text, str):
            raise ValueError(f"{field} is {json.dumps(text)}; write a path or an intrinsic function")
        if intrinsics.is_call(text):
            return _intrinsic(text, field)
        return reference(text, lambda env, error: _not_found(env, error, text, field))


class JsonataLanguage:
    """Texts between ``{%`` and ``%}`` are expressions."""

    name = "JSONata"

    def template(self, document: Any) -> Value:
        """The value of a template."""
        if isinstance(document, list):
            items = [self.template(each) for each in document]
            return lambda env: [item(env) for item in items]
        if isinstance(document, dict):
            fields = {key: self.template(value) for key, value in document.items()}
            return lambda env: {key: value(env) for key, value in fields.items()}
        return self.field(document, "")

    def field(self, text: Any, field: str) -> Value:
        """An expression's value, or the constant."""
        expression = expression_of(text)
        if expression is None:
            return lambda env: copy.deepcopy(text)
        return lambda env: _evaluated(env, expression)


def expression_of(text: Any) -> str | None:
    """What stands between ``{%`` and ``%}``; None of anything else."""
    if isinstance(text, str) and text.startswith("{%") and text.endswith("%}"):
        return text[2:-2].strip()
    return None


def reference(text: str, missing: Callable[[Any, PathNotFoundError], Exception]) -> Value:
    """The value of a path or variable.

    Args:
        text: ``$.a`` of the data, ``$$.Execution`` of the context object, or ``$name.a`` of a variable.
        missing: Makes the failure if there is none.

    Raises:
        InvalidPathError: The text is not a path.
    """
    source, path = _source(text.strip())

    def value(env: Any) -> Any:
        try:
            return copy.deepcopy(path.read(source(env)))
        except PathNotFoundError as error:
            raise missing(env, error) from None

    return value


def _source(text: str) -> tuple[Value, JsonPath]:
    if text.startswith("$$"):
        return lambda env: env.states.context_object.context_object_data, JsonPath(text[1:])
    variable = _VARIABLE.match(text)
    if variable is None:
        return lambda env: env.stack[-1], JsonPath(text)
    name, rest = variable.groups()
    return lambda env: _variable(env, name), JsonPath("$" + rest)


def _variable(env: Any, name: str) -> Any:
    variables = _variables(env)
    if name not in variables:
        raise failure(env, RUNTIME, f"The variable '${name}' has no value.")
    return variables[name]


def _variables(env: Any) -> dict[str, Any]:
    store = env.variable_store
    return {**store._outer_scope, **store._inner_scope}


def _not_found(env: Any, error: PathNotFoundError, text: str, field: str) -> Exception:
    of_context = text.strip().startswith("$$")
    data = env.states.context_object.context_object_data if of_context else env.stack[-1]
    shown = json.dumps(data, separators=(",", ":"), ensure_ascii=False, default=str)
    cause = f"The JSONPath '{text}' specified for the field '{field}' could not be found in the input '{shown}'"
    return failure(env, RUNTIME, cause)


def _intrinsic(text: str, field: str) -> Value:
    call = intrinsics.parse(text)
    paths = {
        each: reference(each, lambda env, error, each=each: _not_found(env, error, each, field))  # type: ignore[misc]
        for each in _paths(call)
    }

    def value(env: Any) -> Any:
        try:
            return intrinsics.evaluate(call, lambda path: paths[path](env))
        except intrinsics.IntrinsicError as error:
            cause = f"The function '{text}' specified for the field '{field}' failed: {error}"
            raise failure(env, "States.IntrinsicFailure", cause) from None

    return value


def _paths(call: intrinsics.Call) -> list[str]:
    found = []
    for each in call.arguments:
        if isinstance(each, intrinsics.Call):
            found += _paths(each)
        elif isinstance(each, intrinsics.PathArgument):
            found.append(each.text)
    return found


def _evaluated(env: Any, expression: str) -> Any:
    data = env.states._states_data
    states = {key: value for key, value in data.items() if key in ("input", "context") or value is not None}
    try:
        return evaluate(expression, {**_variables(env), "states": states})
    except JsonataError as error:
        raise failure(env, QUERY, str(error)) from error


JSON_PATH = JsonPathLanguage()
JSONATA = JsonataLanguage()

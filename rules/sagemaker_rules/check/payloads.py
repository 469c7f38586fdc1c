"""Rules on expressions of states whose query language is JSONPath: in paths, and in templates such as Parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemaker_rules.check.context_object import context_problem
from sagemaker_rules.check.expressions import (
    Call,
    Expression,
    ExpressionError,
    Path,
    parse,
    parse_input_path,
    parse_path,
    parse_reference_path,
    parse_single_path,
)
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.intrinsic_calls import call_problems
from sagemaker_rules.check.jsonata_walk import Problem
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import State, is_jsonata, is_token
from sagemaker_rules.check.variables import unknown_variable

_Keys = tuple[str | int, ...]
#: By field of the state: places of templates, and of paths with what reads them.
_TEMPLATES: Mapping[str, Sequence[tuple[str, ...]]] = {
    **{field: [(field,)] for field in ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials")},
    "ItemReader": [("ItemReader", "Parameters")],
    "ItemBatcher": [("ItemBatcher", "BatchInput")],
    "ResultWriter": [("ResultWriter", "Parameters")],
}
_READERS: Mapping[str, Sequence[tuple[tuple[str, ...], Callable[[str], Expression]]]] = {
    **{
        field: [((field,), parse_single_path)]
        for field in ("TimeoutSecondsPath", "HeartbeatSecondsPath", "SecondsPath", "TimestampPath")
    },
    **{
        field: [((field,), parse_input_path)]
        for field in ("MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath")
    },
    **{field: [((field,), parse_path)] for field in ("InputPath", "OutputPath", "ItemsPath")},
    **{field: [((field,), parse)] for field in ("ErrorPath", "CausePath")},
    "ResultPath": [(("ResultPath",), parse_reference_path)],
    "ItemReader": [(("ItemReader", "ReaderConfig", "MaxItemsPath"), parse_input_path)],
    "ItemBatcher": [
        (("ItemBatcher", field), parse_input_path) for field in ("MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath")
    ],
}
#: Expressions for SageMaker, not for Step Functions.
_LITERAL_PATHS = ("InputFilter", "OutputFilter", "FeaturesAttribute", "InferenceAttribute", "ProbabilityAttribute")
_LOOKS_LIKE_EXPRESSION = re.compile(r"\$\$?[.\[].*|States\.[A-Z]\w+\(.*\)")
_CONTEXT = re.compile(r"\$\$((?:\.\w+)+)")


def jsonpath_findings(state: State, variables: frozenset[str] | None) -> Iterator[StateFinding]:
    """What is wrong in the paths and intrinsic functions of a state.

    Args:
        state: A state whose query language is JSONPath.
        variables: Names that some state assigns; None where they are not known.
    """
    reader = _Reader(state, variables)
    for field in state.body:
        for keys in _TEMPLATES.get(field, ()):
            yield from reader.template(_at(state.body, keys), keys)
        for keys, read in _READERS.get(field, ()):
            yield from reader.path(_at(state.body, keys), read, keys)
    for index, each in enumerate(state.body.get("Catch", [])):
        yield from reader.path(each.get("ResultPath"), parse_reference_path, ("Catch", index, "ResultPath"))
        yield from reader.template(each.get("Assign"), ("Catch", index, "Assign"))
    for index, each in enumerate(state.body.get("Choices", [])):
        yield from reader.choice(each, ("Choices", index))
        yield from reader.template(each.get("Assign"), ("Choices", index, "Assign"))


def _at(body: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body


class _Reader:
    """Reads the expressions of one state."""

    def __init__(self, state: State, variables: frozenset[str] | None) -> None:
        self._state = state
        self._variables = variables

    def path(self, value: Any, read: Callable[[str], Expression], keys: _Keys) -> Iterator[StateFinding]:
        if not isinstance(value, str) or is_token(value):
            return
        if value != value.rstrip():
            message = f"{value!r} ends with a blank; write {value.rstrip()!r}"
            yield self._state.finding("path", message, *keys, is_warning=True)
        try:
            expression = read(value.rstrip())
        except ExpressionError as error:
            yield self._state.finding(error.rule, f"{value!r} {error}", *keys)
            return
        for problem in (*call_problems(expression), *self._paths(expression)):
            yield self._state.finding(problem.rule, problem.message, *keys, is_warning=problem.is_warning)

    def choice(self, rule: Any, keys: _Keys) -> Iterator[StateFinding]:
        for field, value in rule.items() if isinstance(rule, Mapping) else ():
            if field == "Variable" or field.endswith("Path"):
                yield from self.path(value, parse_path, (*keys, field))
            elif field in ("And", "Or") and isinstance(value, list):
                for index, each in enumerate(value):
                    yield from self.choice(each, (*keys, field, index))
            elif field == "Not":
                yield from self.choice(value, (*keys, field))

    def template(self, value: Any, keys: _Keys) -> Iterator[StateFinding]:
        if isinstance(value, Mapping):
            for key, item in value.items():
                if key.endswith(".$"):
                    yield from self._dynamic(value, key, item, (*keys, key))
                else:
                    yield from self.template(item, (*keys, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.template(item, (*keys, index))
        elif isinstance(value, str):
            yield from self._text(value, keys)

    def _dynamic(self, siblings: Mapping[str, Any], key: str, value: Any, keys: _Keys) -> Iterator[StateFinding]:
        name = key.removesuffix(".$")
        if name in siblings:
            yield self._state.finding("path", f"stands beside {name!r}; keep one of them", *keys)
        if not isinstance(value, str):
            message = f"is {value!r}, which is no path; write a path, or take .$ out of the key"
            yield self._state.finding("path", message, *keys)
            return
        if is_jsonata(value):
            message = f"{value!r} is JSONata in a state of JSONPath; write a path or an intrinsic function"
            yield self._state.finding("query-language", message, *keys)
            return
        yield from self.path(value, parse, keys)

    def _text(self, value: str, keys: _Keys) -> Iterator[StateFinding]:
        if is_jsonata(value):
            message = (
                f"{value!r} is JSONata, taken literally in a state of JSONPath; write a key that ends in .$ and a path"
            )
            is_warning = sagemaker_task(self._state) is None
            yield self._state.finding("query-language", message, *keys, is_warning=is_warning)
        elif _LOOKS_LIKE_EXPRESSION.fullmatch(value) and keys[-1] not in _LITERAL_PATHS:
            key = repr(f"{keys[-1]}.$") if isinstance(keys[-1], str) else "a list by States.Array(...)"
            message = f"{value!r} is taken literally; to have it evaluated write {key}"
            yield self._state.finding("literal-path", message, *keys, is_warning=True)

    def _paths(self, expression: Expression) -> Iterator[Problem]:
        """Fields of the context object that there are not, and variables that no state assigns."""
        if isinstance(expression, Call):
            for each in expression.arguments:
                yield from self._paths(each)
        elif isinstance(expression, Path):
            if match := _CONTEXT.match(expression.text):
                found = context_problem(match[1][1:].split("."), "$$")
                if found and not expression.text.startswith("(", match.end()):
                    yield Problem("context-field", found.message, found.is_warning)
            elif message := unknown_variable(expression.text, self._variables):
                yield Problem("unknown-variable", message)

"""Rules on the name of a job or model that is made at run time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sagemaker_rules.check.expressions import Call, Expression, ExpressionError, Literal, Path, parse
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.sagemaker import Task
from sagemaker_rules.check.states import is_token
from sagemaker_rules.service_model import max_name_length

_HASH_LENGTHS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
_UUID_LENGTH = 36
_ILLEGAL = re.compile(r"[^a-zA-Z0-9-]")
_EXECUTION_NAME = re.compile(r"Execution\.Name\b")


def name_findings(task: Task) -> Iterator[StateFinding]:
    """Names that cannot be legal, and names made of the execution's."""
    name = task.name()
    if name is None or not isinstance(name[1], str) or not task.is_dynamic_name() or is_token(name[1]):
        return
    key, text = name
    if task.state.is_jsonata:
        if _EXECUTION_NAME.search(text) and "$hash(" not in text:
            yield _execution_name(task, key)
        return
    try:
        expression = parse(text)
    except ExpressionError:
        return  # said already
    longest = max_name_length(task.operation, key.removesuffix(".$"))
    least = _least_length(expression)
    if least > longest:
        message = f"{text!r} has {least} characters or more; write at most {longest}"
        yield task.state.finding("max", message, task.field, key)
    if illegal := _illegal(expression):
        message = f"{text!r} puts {illegal!r} into the name; write letters, digits and hyphens only"
        yield task.state.finding("pattern", message, task.field, key)
    if _holds_execution_name(expression):
        yield _execution_name(task, key)


def _execution_name(task: Task, key: str) -> StateFinding:
    message = (
        "is made of the execution's name, which may be longer than a job name or hold other characters; write "
        "States.Format('<prefix>-{}', States.Hash($$.Execution.Id, 'MD5')), with $$.State.RetryCount if it is retried"
    )
    if task.operation == "CreateHyperParameterTuningJob":
        message = (
            "is made of the execution's name, whose default has 36 characters, and a tuning job's name has at most 32; "
            "write a short name of the input"
        )
    return task.state.finding("execution-name", message, task.field, key, is_warning=True)


def _least_length(expression: Expression) -> int:
    if isinstance(expression, Literal):
        return len(expression.text)
    if isinstance(expression, Path):
        return 0
    if expression.function == "States.UUID":
        return _UUID_LENGTH
    if expression.function == "States.Hash":
        algorithm = expression.arguments[-1] if expression.arguments else None
        return _HASH_LENGTHS.get(algorithm.text, 0) if isinstance(algorithm, Literal) else 0
    if expression.function == "States.Format" and expression.arguments:
        template, *values = expression.arguments
        pieces = "".join(_pieces(template))
        return len(pieces) + sum(_least_length(value) for value in values)
    return 0


def _illegal(expression: Expression) -> str:
    """The first piece that is known to have a character that names do not have."""
    if not isinstance(expression, Call):
        return ""
    if expression.function != "States.Format" or not expression.arguments:
        return ""
    template, *values = expression.arguments
    found = [piece for piece in _pieces(template) if _ILLEGAL.search(piece)]
    return next(iter([*found, *filter(None, map(_illegal, values))]), "")


def _pieces(template: Expression) -> list[str]:
    if not isinstance(template, Literal):
        return []
    return [re.sub(r"\\(.)", r"\1", piece) for piece in re.split(r"(?<!\\)\{\}", template.text)]


def _holds_execution_name(expression: Expression) -> bool:
    if isinstance(expression, Path):
        return bool(_EXECUTION_NAME.search(expression.text))
    if isinstance(expression, Literal) or expression.function == "States.Hash":
        return False
    return any(_holds_execution_name(each) for each in expression.arguments)

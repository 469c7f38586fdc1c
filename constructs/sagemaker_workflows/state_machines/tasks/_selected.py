"""What a task state selects from its result, in either query language: the response of the API holds it or does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

from sagemaker_rules.actions import SageMakerAction
from sagemaker_rules.query_language import is_jsonata
from sagemaker_rules.service_model import output_shape
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.query_language import JSON_PATH

#: What Step Functions puts into each response of an API.
_ADDED_BY_STEP_FUNCTIONS = ("SdkHttpMetadata", "SdkResponseMetadata")
_FIRST_MEMBER = re.compile(r"\$\.([A-Za-z]\w*)")
_FIRST_MEMBER_IN_JSONATA = re.compile(r"\$states\s*\.\s*result\s*\.\s*([A-Za-z]\w*)")
_ASKS = re.compile(r"\$exists|\?")
_TEXTS_AND_COMMENTS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|/\*.*?\*/", re.DOTALL)


def check_selected(
    action: SageMakerAction, pattern: sfn.IntegrationPattern, options: Mapping[str, Any], path: str
) -> None:
    """Raises InvalidParameterError where a state selects what its result never holds, or hands on a path as text.

    Args:
        action: What is called.
        pattern: Whether the state waits for the job, whose description is then the result.
        options: Arguments of the state.
        path: Construct path, for the message.
    """
    waits = pattern == sfn.IntegrationPattern.RUN_JOB
    operation = action.describe if waits else action.operation
    shape: Any = output_shape(operation)
    for place, member in _selected(options, path):
        if member not in shape.members and member not in _ADDED_BY_STEP_FUNCTIONS:
            hint = "" if waits or not action.supports_sync else ", or wait for the job with RUN_JOB"
            known = ", ".join(shape.members)
            problem = f"selects {member}, which {operation} does not answer; write one of {known}{hint}"
            raise InvalidParameterError(path, place, problem)


def _selected(options: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Arguments, and the members of the result that they select."""
    if options.get("query_language", JSON_PATH) != JSON_PATH:
        for name in ("state_outputs", "assign"):
            yield from _in_jsonata(options.get(name), name)
        return
    selector = options.get("result_selector")
    if selector:
        yield from _in_paths("result_selector", selector, path)
        return
    # Without a selector a variable is assigned of the result itself, and the output is the result where nothing of the
    # input is kept.
    # https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
    yield from _in_paths("assign", options.get("assign", {}), path)
    if options.get("result_path", "$") == "$" and (found := _FIRST_MEMBER.match(options.get("output_path") or "")):
        yield "output_path", found[1]


def _in_paths(name: str, given: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in (sfn.FieldUtils.render_object(dict(given)) or {}).items() if given else ():
        place, text = f"{name}[{key.removesuffix('.$')!r}]", str(value)
        if key.endswith(".$"):
            if found := _FIRST_MEMBER.match(text):
                yield place, found[1]
        elif text.startswith("$."):
            raise InvalidParameterError(path, place, f"is the text {text!r} itself; write {key + '.$'!r}: {text!r}")


def _in_jsonata(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _in_jsonata(item, f"{place}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _in_jsonata(item, f"{place}[{index}]")
    elif isinstance(value, str) and is_jsonata(value):
        expression = _TEXTS_AND_COMMENTS.sub("''", value)
        # An expression that asks whether a member is there may name one that is not.
        if not _ASKS.search(expression):
            yield from ((place, found[1]) for found in _FIRST_MEMBER_IN_JSONATA.finditer(expression))

"""The result of an execute-code step, and how arguments reach its code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Token

from sagemaker_workflows._core.variables import PipelineVariable, is_token
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.values import (
    Join,
    JsonGet,
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    PipelineReference,
)

#: File name and key of the result, which are those of the SageMaker SDK.
RESULTS_FILE, RESULT_KEY = "results.json", "Result"
_NUMBERS = frozenset({"integer", "long", "float", "double"})


class StepResult(PipelineVariable):
    """What the code of a step has returned, or a part of it, as in ``evaluate.result()["mse"]``.

    Conditions and arguments of other steps may use it; using it makes the step a dependency.

    Args:
        step_name: Name of the step.
        path: Keys and indices that lead to the part.
    """

    def __init__(self, step_name: str, path: tuple[str | int, ...] = ()) -> None:
        self._step_name = step_name
        #: Keys and indices that lead to the part.
        self.path = path

    @property
    def s3_uri(self) -> Join:
        """URI of the file with the result."""
        output = PipelineReference(f"Steps.{self._step_name}.OutputDataConfig.S3OutputPath")
        return Join("/", [output, RESULTS_FILE])

    def __getitem__(self, key: str | int) -> StepResult:
        return StepResult(self._step_name, (*self.path, key))

    # Else Python would make an endless iterator of __getitem__.
    __iter__ = None

    def render(self) -> Any:
        """The reference as it stands in the definition."""
        keys = "".join(f"[{key}]" if isinstance(key, int) else f"['{key}']" for key in self.path)
        return {"Std:JsonGet": {"S3Uri": self.s3_uri.render(), "Path": f"{RESULT_KEY}{keys}"}}

    def __repr__(self) -> str:
        return f"StepResult({self._step_name}, {list(self.path)!r})"


@dataclass(frozen=True)
class _Reference:
    at: tuple[str | int, ...]
    value: Any


def argument_hyperparameters(args: list[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of the code as hyperparameters, as ``processing_code/execute_code.py`` reads them.

    Args:
        args: Positional arguments: JSON with pipeline variables and tokens in it.
        kwargs: Arguments by name.

    Raises:
        TypeError: An argument is not JSON.
    """
    references: list[_Reference] = []
    arguments = _without_references({"args": args, "kwargs": dict(kwargs)}, (), references)
    found = {"arguments": json.dumps(arguments, allow_nan=False)}
    if references:
        described = [{"at": each.at, **_kind(each.value)} for each in references]
        found["references"] = json.dumps(described)
    return found | {f"reference.{index}": _text(each.value) for index, each in enumerate(references)}


def _without_references(value: Any, at: tuple[str | int, ...], found: list[_Reference]) -> Any:
    if isinstance(value, PipelineVariable) or is_token(value):
        found.append(_Reference(at, value))
        return None
    if isinstance(value, Mapping):
        return {key: _without_references(item, (*at, key), found) for key, item in _text_keys(value)}
    if isinstance(value, list | tuple):
        return [_without_references(item, (*at, index), found) for index, item in enumerate(value)]
    return value


def _text_keys(value: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        # JSON would make text of it without a word.
        if not isinstance(key, str):
            raise TypeError(f"keys of mappings must be text, not {key!r}")
        yield key, item


def _kind(value: Any) -> dict[str, Any]:
    if isinstance(value, StepResult):
        return {"kind": "result", "path": value.path}
    if isinstance(value, Properties):
        # Text where the shape is not known.
        shape = getattr(value.__dict__["_shape"], "type_name", "string")
        return {"kind": "number" if shape in _NUMBERS else "boolean" if shape == "boolean" else "text"}
    if isinstance(value, ParameterInteger | ParameterFloat | float | int):
        return {"kind": "number"}
    if isinstance(value, ParameterBoolean):
        return {"kind": "boolean"}
    return {"kind": "any" if isinstance(value, JsonGet) else "text"}


def _text(value: Any) -> Any:
    if isinstance(value, StepResult):
        return value.s3_uri
    if isinstance(value, PipelineVariable):
        return value.as_text()
    return value if isinstance(value, str) else Token.as_string(value)

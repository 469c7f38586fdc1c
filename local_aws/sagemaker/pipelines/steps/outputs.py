"""Output parameters of Lambda and Callback steps: what was declared against what came back.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from local_aws.sagemaker.pipelines.steps.base import StepFailedError

_INTEGER = re.compile(r"[+-]?[0-9]+")
_BOOLEANS: Final = {"true": True, "false": False}


def from_document(step: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    """The declared output parameters, taken from what a function returned.

    Args:
        step: The step as it stands in the definition.
        answer: The function's answer; what it holds beside the declared parameters is left out.

    Returns:
        Name to value, of the declared types. A String may be given as a number, a boolean, a list or a mapping, and is
        its JSON text then.

    Raises:
        StepFailedError: A parameter is missing or has another type; names it.
    """
    declared = _declared(step)
    if declared and not isinstance(answer, Mapping):
        raise StepFailedError(
            f"ClientError: the function returned {_shown(answer)}, not an object with the output parameters "
            f"{', '.join(declared)}"
        )
    return _values(declared, answer, _of_json)


def from_texts(step: Mapping[str, Any], answer: Mapping[str, str]) -> dict[str, Any]:
    """The declared output parameters, read from the texts by which a worker gave them.

    Args:
        step: The step as it stands in the definition.
        answer: Name to text; what it holds beside the declared parameters is left out.

    Returns:
        Name to value, of the declared types.

    Raises:
        StepFailedError: A parameter is missing or its text is no value of its type; names it.
    """
    return _values(_declared(step), answer, _of_text)


def listed(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Output parameters as the API lists them: ``[{"Name": ..., "Value": text}]``."""
    return [{"Name": name, "Value": _text(value)} for name, value in values.items()]


def _declared(step: Mapping[str, Any]) -> dict[str, str]:
    return {each["OutputName"]: each.get("OutputType", "String") for each in step.get("OutputParameters") or ()}


def _values(
    declared: Mapping[str, str], answer: Mapping[str, Any], convert: Callable[[Any, str], Any]
) -> dict[str, Any]:
    values = {}
    for name, kind in declared.items():
        if answer.get(name) is None:
            raise StepFailedError(f"ClientError: output parameter {name} ({kind}) is missing")
        values[name] = convert(answer[name], kind)
        if values[name] is None:
            raise StepFailedError(f"ClientError: output parameter {name}: {_shown(answer[name])} is no {kind}")
    return values


def _of_json(value: Any, kind: str) -> Any:
    """``value`` as a value of the type, None where it is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "String":
        return _text(value)
    if kind == "Boolean":
        return value if isinstance(value, bool) else None
    if not is_number or not math.isfinite(value):
        return None
    if kind == "Float":
        return float(value)
    return int(value) if value == int(value) else None


def _of_text(text: str, kind: str) -> Any:
    """The value of the type that ``text`` writes, None where it writes none."""
    if kind == "String":
        return text
    if kind == "Boolean":
        return _BOOLEANS.get(text.strip().lower())
    if kind == "Integer":
        return int(text) if _INTEGER.fullmatch(text.strip()) else None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shown(value: Any) -> str:
    return json.dumps(value)[:200]

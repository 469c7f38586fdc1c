"""Parameters of a pipeline: their declarations, and the values that an execution is started with.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker.pipelines.references import DefinitionError

_NAME = re.compile(r"[A-Za-z0-9\-_]{1,256}")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TYPES: Mapping[str, type | tuple[type, ...]] = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter; without ``default`` (None) an execution must give its value."""

    name: str
    type: str
    default: Any = None
    enum: tuple[str, ...] = ()


def declared(document: Sequence[Mapping[str, Any]]) -> dict[str, Parameter]:
    """Reads the ``Parameters`` of a definition that is legal."""
    return {
        each["Name"]: Parameter(
            each["Name"], each["Type"], each.get("DefaultValue"), tuple(each.get("EnumValues") or [])
        )
        for each in document
    }


def bind(parameters: Mapping[str, Parameter], given: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The values of all parameters for an execution, in their types.

    Args:
        parameters: Those declared.
        given: ``PipelineParameters`` of StartPipelineExecution.

    Raises:
        DefinitionError: A value for a parameter that is not declared, of the wrong type or outside the enum; or no
            value for one without default. Names the parameter.
    """
    values = {each["Name"]: each["Value"] for each in given}
    if len(values) < len(given):
        raise DefinitionError("PipelineParameters: a name stands there twice")
    unknown = [name for name in values if name not in parameters]
    if unknown:
        raise DefinitionError(f"Unknown pipeline parameters: [{', '.join(unknown)}]; declared: {_names(parameters)}")
    missing = [name for name, each in parameters.items() if name not in values and each.default is None]
    if missing:
        raise DefinitionError(f"Missing pipeline parameters, which have no default value: [{', '.join(missing)}]")
    return {name: _convert(each, values[name]) if name in values else each.default for name, each in parameters.items()}


def _convert(parameter: Parameter, text: str) -> Any:
    try:
        value = _CONVERT[parameter.type](text)
    except (ValueError, KeyError):
        message = f"parameter {parameter.name!r}: {text!r} is no {parameter.type}"
        raise DefinitionError(message) from None
    if value == "":
        # In the service's words.
        raise DefinitionError(
            f'parameter {parameter.name!r}: [string "" is too short (length: 0, required minimum: 1)]'
        )
    _check_enum(parameter, value)
    return value


def _check_enum(parameter: Parameter, value: Any) -> None:
    if parameter.enum and value not in parameter.enum:
        raise DefinitionError(f"parameter {parameter.name!r}: {value!r} is none of {', '.join(parameter.enum)}")


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _float(text: str) -> float:
    # Python reads more than a number: "nan", "1_000", the digits of other scripts.
    value = float(text)
    if not (text.isascii() and math.isfinite(value)) or "_" in text:
        raise ValueError(text)
    return value


_CONVERT: Mapping[str, Any] = {"String": str, "Integer": _integer, "Float": _float, "Boolean": _boolean}


def _names(parameters: Mapping[str, Parameter]) -> str:
    return ", ".join(parameters) or "none"

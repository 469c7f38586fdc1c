"""CloudFormation's intrinsic functions in a definition: known values are put in, others become ``${...}`` tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sagemaker_rules.check.json_text import ObjectWithRepeatedKeys

_PLACE = re.compile(r"\$\{([^!}$][^}$]*)\}")
_ESCAPED = re.compile(r"\$\{!([^}]*)\}")


def as_text(value: Any) -> str:
    """``value`` as a string: ``Fn::Join`` and ``Fn::Sub`` carried out, everything else that is not literal a token."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    function = _function(value)
    if function is None:
        return json.dumps(value)
    name, argument = function
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
        return str(argument[0]).join(as_text(part) for part in argument[1])
    if name == "Fn::Sub":
        return _sub(argument)
    return _token(name, argument)


def resolved(value: Any, substitutions: Any = None) -> Any:
    """``value`` with its intrinsic functions as text and ``DefinitionSubstitutions`` put in."""
    if isinstance(value, str):
        return _substituted_value(value, substitutions)
    if isinstance(value, list):
        return [resolved(item, substitutions) for item in value]
    if isinstance(value, Mapping):
        if _function(value) is not None:
            return as_text(value)
        content = {str(key): resolved(item, substitutions) for key, item in value.items()}
        # That a key stands twice is still to be said.
        return ObjectWithRepeatedKeys(content, value.repeated) if isinstance(value, ObjectWithRepeatedKeys) else content
    return value


def substituted(text: str, substitutions: Any) -> str:
    """``text`` with ``DefinitionSubstitutions`` put in; a place without one stays."""
    if not isinstance(substitutions, Mapping):
        return text

    def put_in(match: re.Match[str]) -> str:
        return as_text(substitutions[match[1]]) if match[1] in substitutions else match[0]

    return _PLACE.sub(put_in, text)


def _substituted_value(text: str, substitutions: Any) -> str:
    """As :func:`substituted`, but a number that fills the whole string stays a token.

    Whether it arrives at Step Functions with its type or as a string is not documented.
    """
    match = _PLACE.fullmatch(text)
    if match and isinstance(substitutions, Mapping) and isinstance(substitutions.get(match[1]), int | float):
        return text
    return substituted(text, substitutions)


def _function(value: Any) -> tuple[str, Any] | None:
    if isinstance(value, Mapping) and len(value) == 1:
        [(name, argument)] = value.items()
        if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
            return str(name), argument
    return None


def _sub(argument: Any) -> str:
    match argument:
        case str(template):
            values: Mapping[str, Any] = {}
        case [str(template), Mapping() as given]:
            values = given
        case _:  # malformed: CloudFormation refuses it, which is not for us to say
            return _token("Fn::Sub", argument)

    def put_in(match: re.Match[str]) -> str:
        return as_text(values[match[1]]) if match[1] in values else match[0]

    return _ESCAPED.sub(r"${\1}", _PLACE.sub(put_in, template))


def _token(name: str, argument: Any) -> str:
    described = ".".join(map(str, argument)) if isinstance(argument, list) else str(argument)
    known = described if name in ("Ref", "Fn::GetAtt") else f"{name} {described}"
    # Nothing in a token may end it, or the JSON string around it.
    return "${" + re.sub(r"[^\w:. -]", "_", known)[:80] + "}"

"""What the SageMaker API answers to a request that breaks its service model, or another rule, as AWS words it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_rules.requests import AT_RUN_TIME, Found, request_rules
from sagemaker_rules.service_model import input_shape, other_kinds
from sagemaker_rules.walk import Path, Reading, Violation, walk

_ON_THE_WIRE = Reading(is_dynamic=lambda _: False, paths_in_keys=False, null_is_missing=True, takes_fractions=True)


def validation_message(operation: str, request: Mapping[str, Any], region: str | None = None) -> str | None:
    """Checks a request as the API does.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        request: Its request.
        region: Region of the call; default: images of any region pass.

    Returns:
        The message of the ValidationException; None when there is nothing to say.
    """
    violations = filter(_is_said, walk(request, input_shape(operation), _ON_THE_WIRE))
    findings = [_sentence(each) for each in violations]
    if not findings:
        return next((_refusal(each) for each in _refused(operation, request, region)), None)
    count = len(findings)
    return f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(findings)}"


def _refused(operation: str, request: Mapping[str, Any], region: str | None) -> Iterator[Found]:
    for found in request_rules(operation, request, is_dynamic=lambda _: False, region=region):
        if not found.is_warning and found.rule not in AT_RUN_TIME:
            yield found


def _refusal(found: Found) -> str:
    return f"{found.words or f'Invalid request provided: {found.path} {found.message}'} [{found.rule}]"


def _is_said(violation: Violation) -> bool:
    if violation.rule == "enum":
        # botocore's list of instance types lags behind; AWS knows more of them.
        is_newer = violation.value.startswith("ml.") and not other_kinds(violation.value, violation.shape.name)
        return not is_newer
    return (violation.rule != "unknown" and violation.shape.type_name != "boolean") or violation.rule == "required"


def _sentence(violation: Violation) -> str:
    value = "null" if violation.rule == "required" else f"'{violation.value}'"
    constraint = _CONSTRAINTS[violation.rule](violation.shape)
    return f"Value {value} at '{_dotted(violation.path)}' failed to satisfy constraint: Member {constraint}"


def _dotted(path: Path) -> str:
    """The path as AWS writes it, as in ``tags.1.member.key``; a key of a map stands at the map."""
    text = ""
    for kind, name in path:
        if kind == "field":
            text += f"{'.' if text else ''}{name[0].lower()}{name[1:]}"
        elif kind == "item":
            text += f".{name + 1}.member"
        elif kind == "entry":
            text += f".{name}.member"
    return text


def _type(shape: Any) -> str:
    named = {"structure": "a structure", "list": "a list", "map": "a map", "string": "a string"}
    return f"must be {named.get(shape.type_name, 'a number')}"


def _bound(rule: str, words: str) -> Callable[[Any], str]:
    def constraint(shape: Any) -> str:
        measured = "length" if shape.type_name in ("string", "list", "map") else "value"
        return f"must have {measured} {words} than or equal to {shape.metadata[rule]}"

    return constraint


_CONSTRAINTS: dict[str, Callable[[Any], str]] = {
    "required": lambda _: "must not be null",
    "type": _type,
    "min": _bound("min", "greater"),
    "max": _bound("max", "less"),
    "enum": lambda shape: f"must satisfy enum value set: [{', '.join(shape.enum)}]",
    "pattern": lambda shape: f"must satisfy regular expression pattern: {shape.metadata['pattern']}",
}

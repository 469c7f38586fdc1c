"""What a target gets of an event: all of it, a part, a constant, or a template filled with its values.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_VARIABLE = re.compile(r"<(?P<name>[A-Za-z0-9._-]+)>")
_ABSENT = object()


def payload(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str) -> str:
    """The text that a target gets.

    Args:
        target: The target with at most one of ``Input``, ``InputPath`` and ``InputTransformer``.
        event: The event.
        rule_arn: ARN of the rule, for templates that name it.
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        found = _at(event, target["InputPath"])
        return json.dumps(None if found is _ABSENT else found)
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    values = {name: _at(event, path) for name, path in paths.items()} | _reserved(event, rule_arn)
    return _filled(transformer["InputTemplate"], values)


def _reserved(event: Mapping[str, Any], rule_arn: str) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
    }


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """The template with its variables replaced: inside of quotes as text, elsewhere as JSON."""
    parts, end, quoted = [], 0, False
    for match in _VARIABLE.finditer(template):
        before = template[end : match.start()]
        # An escaped quote ends no string.
        quoted ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        parts += [before, _written(match, values, quoted)]
        end = match.end()
    return "".join([*parts, template[end:]])


def _written(match: re.Match[str], values: Mapping[str, Any], quoted: bool) -> str:
    if match["name"] not in values:
        return match[0]
    value = values[match["name"]]
    if not quoted:
        return json.dumps(None if value is _ABSENT else value)
    if value is _ABSENT:
        return ""
    return json.dumps(value if isinstance(value, str) else json.dumps(value))[1:-1]


def _at(event: Mapping[str, Any], path: str) -> Any:
    """The value at a JSONPath."""
    # jsonpath_ng comes with moto, which uses it for the same purpose; it has no types.
    parser: Any = importlib.import_module("jsonpath_ng")
    found = parser.parse(_with_quotes(path)).find(event)
    return found[0].value if found else _ABSENT


def _with_quotes(path: str) -> str:
    """``detail-type`` and the like would be read as a subtraction."""
    return ".".join(f'"{each}"' if re.fullmatch(r"[\w-]*-[\w-]*", each) else each for each in path.split("."))

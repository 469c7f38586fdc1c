"""Requests of SDK integrations as they are sent: Step Functions writes JSON into fields of text.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

#: Stands for text that is known only when the state runs.
_LATER = "${text}"


def as_sent(value: Any, shape: Any) -> Any:
    """A request with objects and lists written as JSON where the service takes text.

    Args:
        value: The request as it stands in the state, or a part of it.
        shape: botocore's shape for it.
    """
    if shape.type_name == "string" and isinstance(value, Mapping | list):
        return _LATER if _has_paths(value) else json.dumps(value)
    if shape.type_name in ("structure", "map") and isinstance(value, Mapping):
        members = shape.members if shape.type_name == "structure" else dict.fromkeys(value, shape.value)
        return {key: as_sent(item, members[key]) if key in members else item for key, item in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [as_sent(item, shape.member) for item in value]
    return value


def _has_paths(value: Any) -> bool:
    """Whether a part of it is evaluated first."""
    if isinstance(value, Mapping):
        return any(key.endswith(".$") or _has_paths(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_has_paths, value))
    return isinstance(value, str) and value.startswith("{%")

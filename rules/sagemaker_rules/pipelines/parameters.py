"""Rules on the parameters of a pipeline.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.pipelines.findings import IsToken, PipelineFinding

_NAME = re.compile(r"[A-Za-z0-9\-_]{1,256}")
_KEYS = ("Name", "Type", "DefaultValue", "EnumValues")
#: What a value of each type is to Python.
TYPES: Mapping[str, type | tuple[type, ...]] = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}
_MAX_PARAMETERS = 200


def parameter_findings(declared: Any, is_token: IsToken) -> Iterator[PipelineFinding]:
    """Declarations that the service would refuse.

    Args:
        declared: ``Parameters`` of the definition.
        is_token: Says of a value whether it is known only at deployment.
    """
    if not isinstance(declared, list):
        yield PipelineFinding(None, "Parameters", "parameter", "Parameters is no list")
        return
    if len(declared) > _MAX_PARAMETERS:
        message = f"Parameters: {len(declared)} are declared; write at most {_MAX_PARAMETERS}"
        yield PipelineFinding(None, "Parameters", "parameter", message)
    seen = set[str]()
    for index, each in enumerate(declared):
        path = f"Parameters[{index}]"
        if not isinstance(each, Mapping) or not _NAME.fullmatch(str(each.get("Name", ""))):
            message = f"Parameters: each needs a Name of letters, digits, - and _; got {each!r}"
            yield PipelineFinding(None, path, "parameter", message)
            continue
        name = each["Name"]
        if name in seen:
            yield PipelineFinding(
                None, path, "parameter", f"parameter {name!r} is declared twice; give each its own name"
            )
        seen.add(name)
        for problem in _problems(each, is_token):
            yield PipelineFinding(None, path, "parameter", f"parameter {name!r}: {problem}")


def types(declared: Any) -> dict[str, str]:
    """Types of the parameters by name, as far as they can be read."""
    found = declared if isinstance(declared, list) else []
    return {
        each["Name"]: str(each.get("Type"))
        for each in found
        if isinstance(each, Mapping) and isinstance(each.get("Name"), str)
    }


def _problems(each: Mapping[str, Any], is_token: IsToken) -> Iterator[str]:
    kind, default, enum = each.get("Type"), each.get("DefaultValue"), each.get("EnumValues") or []
    for key in each:
        if key not in _KEYS:
            yield f"there is no {key}; write one of {', '.join(_KEYS)}"
    if not isinstance(kind, str) or kind not in TYPES:
        yield f"Type {kind!r} is none of {', '.join(TYPES)}"
        return
    if not isinstance(enum, list) or not all(isinstance(value, str) for value in enum):
        yield "EnumValues is no list of strings"
        return
    if enum and kind != "String":
        yield "only a String has EnumValues"
    if default is None or is_token(default):
        return
    is_bool_for_number = isinstance(default, bool) and kind != "Boolean"
    if is_bool_for_number or not isinstance(default, TYPES[kind]):
        yield f"DefaultValue {default!r} is no {kind}"
    elif enum and default not in enum:
        yield f"{default!r} is none of {', '.join(enum)}"

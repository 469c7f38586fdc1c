"""What tables of supported fields are made of.

A table is a dictionary of fields; a value is a rule, another table, or a list with the table of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.storage import S3Uri

Rule = Callable[[Any], bool]
#: Stands for a value that only a run tells; every rule lets it pass.
UNKNOWN: Final = object()


@dataclass(frozen=True)
class Required:
    """A field that the API lets one leave out, in favour of another way that does not exist locally."""

    rule: Any


def anything(_: Any) -> bool:
    """Every value is honoured, or cannot change a result."""
    return True


def only(*values: Any) -> Rule:
    """These values and no others."""

    def rule(value: Any) -> bool:
        return value in values

    return rule


def s3_uri(value: Any) -> bool:
    """A URI that :class:`S3Uri` reads."""
    S3Uri.parse(value)
    return True


def below_container_root(value: Any) -> bool:
    """A path below ``/opt/ml``."""
    parts = str(value).split("/")
    return str(value).startswith("/opt/ml/") and ".." not in parts


def check_fields(operation: str, request: Mapping[str, Any], table: Mapping[str, Any]) -> None:
    """Raises NotSupportedLocallyError for the first field of ``request`` that ``table`` does not accept."""
    _walk(operation, request, table, "")


def _walk(operation: str, value: Any, rule: Any, path: str) -> None:
    if value is UNKNOWN:
        return
    if isinstance(rule, Required):
        rule = rule.rule
    if isinstance(rule, dict):
        for name, inner in rule.items():
            if isinstance(inner, Required) and value.get(name) is None:
                where = f"{path}.{name}" if path else name
                raise NotSupportedLocallyError(f"{operation}: the local AWS needs {where}")
        for name, item in value.items():
            where = f"{path}.{name}" if path else name
            if item is None:
                continue
            if name not in rule:
                refuse(operation, where, item)
            _walk(operation, item, rule[name], where)
    elif isinstance(rule, list):
        for index, item in enumerate(value):
            _walk(operation, item, rule[0], f"{path}[{index}]")
    elif not rule(value):
        refuse(operation, path, value)


def refuse(operation: str, path: str, value: Any) -> NoReturn:
    """Raises NotSupportedLocallyError for the value of a field."""
    shown = str(value)
    text = shown if len(shown) <= 100 else f"{shown[:97]}..."
    raise NotSupportedLocallyError(f"{operation}: {path} = {text} is not supported by the local AWS")

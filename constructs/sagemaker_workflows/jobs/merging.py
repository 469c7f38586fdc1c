"""Requests put together from arguments and from fields in the API's own spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_workflows._core.errors import InvalidParameterError


def without_none(value: Any) -> Any:
    """``value`` without the fields that were not given; None is never a legal value in the API."""
    if isinstance(value, Mapping):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [without_none(item) for item in value]
    return value


def merge(
    request: Mapping[str, Any], extra: Mapping[str, Any], path: str, argument: str, field: str = ""
) -> dict[str, Any]:
    """``request`` with the fields of ``extra`` added.

    Args:
        request: What the arguments of a construct amount to.
        extra: Fields in the API's own spelling.
        path: Construct path, for the message.
        argument: Argument that ``extra`` was given as, for the message.
        field: Where ``request`` stands in a larger one.

    Raises:
        InvalidParameterError: ``extra`` sets a field that ``request`` has already.
    """
    merged = dict(request)
    for key, value in extra.items():
        where = f"{field}.{key}" if field else key
        # "RoleArn.$" sets the same field as "RoleArn".
        if key.removesuffix(".$") not in merged and f"{key}.$" not in merged:
            merged[key] = value
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value, path, argument, where)
        else:
            raise InvalidParameterError(path, where, f"is set by an argument; take it out of {argument}")
    return merged

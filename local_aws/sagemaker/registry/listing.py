"""What the lists of the registry have in common: filters, order, pages."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.exceptions import ValidationError

_PAGE = 100


def listed(
    rows: Iterable[tuple[str, dict[str, Any]]], request: Mapping[str, Any], *, arn_field: str
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page of a list.

    Args:
        rows: Name and summary of everything that there is.
        request: The List request, with its filters on name and creation time, ``SortBy``, ``SortOrder`` and page.
        arn_field: Field of a summary that tells it from all others.

    Returns:
        The summaries, and ``NextToken`` if there are more.

    Raises:
        ValidationError: The token is none of ours.
    """
    found = [(name, row) for name, row in rows if _wanted(name, row, request)]
    by_name = request.get("SortBy") == "Name"
    # The version breaks the tie of packages that were made in the same instant.
    found.sort(
        key=lambda each: (each[0] if by_name else "", each[1]["CreationTime"], each[1].get("ModelPackageVersion", 0)),
        reverse=request.get("SortOrder") == "Descending",
    )
    summaries = [row for _, row in found]
    start = _start(summaries, request.get("NextToken"), arn_field)
    page = summaries[start : start + request.get("MaxResults", _PAGE)]
    more = start + len(page) < len(summaries)
    token = {"NextToken": base64.b64encode(page[-1][arn_field].encode()).decode()} if more else {}
    return page, token


def _wanted(name: str, row: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    created = row["CreationTime"]
    after, before = request.get("CreationTimeAfter"), request.get("CreationTimeBefore")
    return (
        request.get("NameContains", "").lower() in name.lower()
        and (after is None or created > _time(after))
        and (before is None or created < _time(before))
    )


def _time(value: Any) -> datetime:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else datetime.fromisoformat(str(value))


def _start(summaries: list[dict[str, Any]], token: str | None, arn_field: str) -> int:
    if token is None:
        return 0
    for index, row in enumerate(summaries):
        if base64.b64encode(row[arn_field].encode()).decode() == token:
            return index + 1
    raise ValidationError("Invalid NextToken: list anew, without one.")

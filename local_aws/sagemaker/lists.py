"""What the List operations have in common: filters, order, pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from moto.sagemaker.exceptions import ValidationError

Summary = Mapping[str, Any]
_BOUNDS = ("CreationTime", "LastModifiedTime", "Created")


@dataclass(frozen=True)
class Listing:
    """A List operation.

    Args:
        answer: Field of the response that holds the summaries.
        identity: Field of a summary that tells it from all others.
        names: Fields for ``NameContains`` and ``SortBy: Name``; the first that a summary has.
        status: Field for ``StatusEquals`` and ``SortBy: Status``.
        created: Field for bounds and order by the time of creation; empty where the order stays as it is.
        sorts: More values of ``SortBy``, with what they go by.
        is_newest_first: Whether the order is ``Descending`` by default.
        page: Largest page, and the page of a request that names none; None for no limit.
    """

    answer: str
    identity: str
    names: tuple[str, ...] = ()
    status: str = ""
    created: str = "CreationTime"
    sorts: Mapping[str, Callable[[Summary], Any]] = field(default_factory=dict)
    is_newest_first: bool = False
    page: int | None = 100

    def of(self, summaries: Iterable[dict[str, Any]], request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request, with ``NextToken`` when there is more.

        Raises:
            ValidationError: ``NextToken`` is none of ours.
        """
        found = self._ordered([each for each in summaries if self._is_wanted(each, request)], request)
        start = self._start(found, request.get("NextToken"))
        end = start + min(request.get("MaxResults") or self.page or len(found), self.page or len(found))
        page = found[start:end]
        answer: dict[str, Any] = {self.answer: page}
        return {**answer, "NextToken": self._token(page[-1])} if end < len(found) and page else answer

    def _is_wanted(self, summary: Summary, request: Mapping[str, Any]) -> bool:
        part, status = request.get("NameContains"), request.get("StatusEquals")
        if part and part.lower() not in self._name(summary).lower():
            return False
        if status and summary[self.status] != status:
            return False
        for bound in _BOUNDS:
            time: Any = summary.get("LastModifiedTime" if bound == "LastModifiedTime" else self.created)
            after, before = request.get(f"{bound}After"), request.get(f"{bound}Before")
            if (after is not None and not time > _time(after)) or (before is not None and not time < _time(before)):
                return False
        return True

    def _ordered(self, found: list[dict[str, Any]], request: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not self.created:
            return found
        default = "Descending" if self.is_newest_first else "Ascending"
        descends = request.get("SortOrder", default) == "Descending"
        known: dict[str, Callable[[Summary], Any]] = {
            "Name": self._name,
            "Status": itemgetter(self.status),
            **self.sorts,
        }
        key = known.get(request.get("SortBy", ""), itemgetter(self.created))
        # What was made in the same instant is turned round as well.
        return sorted(reversed(found) if descends else found, key=key, reverse=descends)

    def _name(self, summary: Summary) -> str:
        return next(str(summary[each]) for each in self.names if each in summary)

    def _start(self, found: list[dict[str, Any]], token: str | None) -> int:
        """The page begins after the last entry of the one before, whatever was made meanwhile."""
        if not token:
            return 0
        start = next((index for index, each in enumerate(found, start=1) if self._token(each) == token), None)
        if start is None:
            raise ValidationError(f"NextToken {token!r} is not one that an earlier answer gave")
        return start

    def _token(self, summary: Summary) -> str:
        return base64.b64encode(str(summary[self.identity]).encode()).decode()


def _time(value: Any) -> datetime:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else datetime.fromisoformat(str(value))

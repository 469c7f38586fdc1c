"""Headers of requests."""

from __future__ import annotations


def parse_accept(accept: str) -> list[str]:
    """The types of an ``Accept`` header, without their parameters."""
    return [each.split(";")[0].strip() for each in accept.split(",")]

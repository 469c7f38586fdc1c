"""The JSONPath of batch transform: which part of a record goes to the model, or into the output.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html#data-processing-operators
A range ends before its second number, as in Jayway's JSONPath, to which that page leads, although a sentence of the
page says otherwise: a filter such as ``$[:14]`` of AWS's AutoGluon tutorial gives as many columns as its model wants,
https://github.com/autogluon/autogluon-cloud
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_NAME = r"'[^']*'"
_INDEX = r"-?\d+"
_RANGE = r"(?:-?\d+)?\s*:\s*(?:-?\d+)?"
_SEGMENT: Final = re.compile(
    rf"\.?\[\s*(?:(?P<all>\*)|(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)"
    rf"|(?P<items>(?:{_RANGE}|{_INDEX})(?:\s*,\s*(?:{_RANGE}|{_INDEX}))*))\s*\]"
    r"|\.(?:(?P<every>\*)|(?P<name>[^.\[\]()@?*'\s]+))"
)


class FilterError(Exception):
    """A filter cannot be read, or a record has not what it selects."""


@dataclass(frozen=True)
class _Segment:
    """A step of a path.

    Args:
        select: Gives the values that it selects from one.
        is_single: Whether that is always one.
        names: The fields that it names, where it names several.
        has_names: Whether it selects fields, which the rows of CSV do not have.
    """

    select: Callable[[Any], Sequence[Any]]
    is_single: bool = False
    names: tuple[str, ...] = ()
    has_names: bool = False


class RecordFilter:
    """A filter of ``DataProcessing``.

    Args:
        text: As the request writes it, as in ``$[0,-1]``.

    Raises:
        FilterError: It uses what the documentation does not list.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._segments = tuple(_read(text))

    @property
    def is_everything(self) -> bool:
        """Whether it selects the whole record."""
        return not self._segments

    @property
    def fits_rows(self) -> bool:
        """Whether it may be applied to a row of CSV: by indices, once."""
        return len(self._segments) <= 1 and not any(each.has_names for each in self._segments)

    def row(self, row: Sequence[str]) -> list[str]:
        """The cells that it selects of a row of CSV; FilterError if the row is too short."""
        return list(row) if self.is_everything else [str(cell) for cell in self._segments[0].select(row)]

    def value(self, document: Any) -> Any:
        """What it selects of a JSON document: one value, or the list of them, as Jayway's JSONPath gives them.

        Raises:
            FilterError: The document does not have it.
        """
        found, is_single = [document], True
        for number, segment in enumerate(self._segments):
            if segment.names and number == len(self._segments) - 1:
                found = [_fields(each, segment.names) for each in found]
            else:
                found = [value for each in found for value in segment.select(each)]
                is_single = is_single and segment.is_single
        return found[0] if is_single else found


def _read(text: str) -> list[_Segment]:
    if not text.startswith("$"):
        raise FilterError(f"{text} does not begin with $")
    segments, position = [], 1
    while position < len(text):
        match = _SEGMENT.match(text, position)
        if match is None:
            raise FilterError(
                f"{text} has {text[position:]!r}, which is none of .name, .*, ['name','name'], [1,-1] and [1:3]"
            )
        segments.append(_segment(text, match))
        position = match.end()
    return segments


def _segment(text: str, match: re.Match[str]) -> _Segment:
    if match["all"] or match["every"]:
        return _Segment(_everything)
    if name := match["name"]:
        return _Segment(lambda value: [_fields(value, [name])[name]], is_single=True, has_names=True)
    if match["names"]:
        names = tuple(each.strip("'") for each in re.findall(_NAME, match["names"]))
        if len(names) == 1:
            return _Segment(lambda value: [_fields(value, names)[names[0]]], is_single=True, has_names=True)
        return _Segment(lambda value: [*_fields(value, names).values()], names=names, has_names=True)
    parts = [each.strip() for each in match["items"].split(",")]
    if sum(":" in each for each in parts) > 1:
        # https://github.com/aws/sagemaker-python-sdk/issues/1112
        raise FilterError(f"{text}: only single range filters of format (eg: [1:5]) are supported")
    is_single = len(parts) == 1 and ":" not in parts[0]
    return _Segment(lambda value: _items(value, parts), is_single=is_single)


def _everything(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [*value.values()]
    return value if isinstance(value, list) else []


def _fields(value: Any, names: Sequence[str]) -> dict[str, Any]:
    missing = [name for name in names if not isinstance(value, Mapping) or name not in value]
    if missing:
        raise FilterError(f"there is no {missing[0]!r}")
    return {name: value[name] for name in names}


def _items(value: Any, parts: Sequence[str]) -> list[Any]:
    if not isinstance(value, list):
        raise FilterError("there is no array")
    found: list[Any] = []
    for part in parts:
        if ":" in part:
            start, _, end = (each.strip() for each in part.partition(":"))
            found += value[int(start) if start else None : int(end) if end else None]
        elif -len(value) <= int(part) < len(value):
            found.append(value[int(part)])
        else:
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataProcessing.html
            raise FilterError(f"index {part} is not within the {len(value)} elements")
    return found

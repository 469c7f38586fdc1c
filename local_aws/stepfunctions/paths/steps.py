"""The steps of a path: what each selects of a value.

A path whose steps can each select one value only is definite, and has that value or fails. Any other has a list of
what matches, which may be empty; only what stands before its first such step must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Condition = Callable[[Any, Any], bool]


class MissingError(Exception):
    """A step that must select something has nothing to select from."""


class Step:
    """One step."""

    definite = True

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """What this step selects of ``value``.

        Args:
            value: What the steps before have selected.
            must_exist: Every step before is definite.
            last: No step follows.
            root: The whole data, for conditions.

        Raises:
            MissingError: Nothing can be selected, and something must.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Property(Step):
    """``.a`` or ``['a']``; with several names, an object of these."""

    names: tuple[str, ...]

    @property
    def definite(self) -> bool:  # type: ignore[override]
        """Several names with nothing behind them are one object, and count as one value."""
        return True

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """The value of the name."""
        if not isinstance(value, dict):
            if must_exist:
                raise MissingError("No results for path" if last else f"Missing property in path $['{self.names[0]}']")
            return
        if len(self.names) > 1 and last:
            yield {name: value[name] for name in self.names if name in value}
            return
        for name in self.names:
            if name in value:
                yield value[name]
            elif must_exist and not last:
                raise MissingError(f"Missing property in path $['{name}']")


@dataclass(frozen=True)
class Index(Step):
    """``[0]``, ``[-1]``, or several: ``[0,2]``."""

    numbers: tuple[int, ...]

    @property
    def definite(self) -> bool:  # type: ignore[override]
        """One index is one value."""
        return len(self.numbers) == 1

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """The items at the indices that there are."""
        for number in self.numbers if _is_list(value, must_exist) else ():
            if -len(value) <= number < len(value):
                yield value[number]


@dataclass(frozen=True)
class Slice(Step):
    """``[1:3]``, ``[2:]``, ``[:-1]``. Jayway reads a third number and does not use it."""

    start: int | None
    end: int | None
    definite = False

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """The items from start to before end."""
        if not _is_list(value, must_exist):
            return
        length = len(value)
        if self.start is None:
            end = self.end if self.end is not None else length
            yield from value[: max(end + length, 0) if end < 0 else end]
        elif self.end is None:
            yield from value[max(self.start + length, 0) if self.start < 0 else self.start :]
        else:
            # Neither number counts from the end here, but an index below 0 does.
            for number in range(max(self.start, -length), min(self.end, length)):
                yield value[number]


@dataclass(frozen=True)
class Wildcard(Step):
    """``*``."""

    definite = False

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """All that an array or object holds."""
        if isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value


@dataclass(frozen=True)
class Filter(Step):
    """``[?(@.a > 1)]``."""

    condition: Condition
    definite = False

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """The items of an array that match, or an object that matches."""
        if isinstance(value, dict):
            if self.condition(value, root):
                yield value
        elif isinstance(value, list):
            yield from (each for each in value if self.condition(each, root))
        elif must_exist:
            raise MissingError("Filter can not be applied to primitives")


@dataclass(frozen=True)
class DeepScan(Step):
    """``..``: the value and all below it to which the next step applies."""

    definite = False

    def select(self, value: Any, *, must_exist: bool, last: bool, root: Any) -> Iterator[Any]:
        """The value, and what it holds, from the top."""
        yield value
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            if isinstance(each, dict | list):
                yield from self.select(each, must_exist=False, last=last, root=root)


def _is_list(value: Any, must_exist: bool) -> bool:
    if isinstance(value, list):
        return True
    if must_exist:
        raise MissingError("Filter can only be applied to arrays")
    return False

"""One column: its type as Model Monitor infers it, and its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sagemaker_images.model_monitor.sketch import Values

INTEGRAL, FRACTIONAL, STRING, UNKNOWN = "Integral", "Fractional", "String", "Unknown"
NUMERICAL = (INTEGRAL, FRACTIONAL)

_INTEGRAL = r"[+-]?\d+"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


@dataclass(frozen=True)
class Column:
    """A column as text, ``None`` or NaN where a value is missing."""

    name: str
    text: pd.Series

    @cached_property
    def present(self) -> pd.Series:
        """The values that are not missing."""
        return self.text.dropna()

    @property
    def missing(self) -> int:
        """How many values are missing."""
        return len(self.text) - len(self.present)

    @cached_property
    def integral(self) -> int:
        """How many values are integers."""
        return int(self.present.str.fullmatch(_INTEGRAL).sum())

    @cached_property
    def numeric(self) -> int:
        """How many values are numbers, integers among them."""
        return int(self.present.str.fullmatch(_NUMBER).sum())

    @cached_property
    def inferred_type(self) -> str:
        """The narrowest type that holds every value; ``Unknown`` when all are missing."""
        count = len(self.present)
        if not count:
            return UNKNOWN
        if self.integral == count:
            return INTEGRAL
        return FRACTIONAL if self.numeric == count else STRING

    @cached_property
    def numbers(self) -> Values:
        """The values of a numerical column."""
        return np.asarray(pd.to_numeric(self.present), dtype=float)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each value occurs, the most frequent first, equal ones in the order of the alphabet."""
        found = self.present.value_counts()
        return dict(sorted(((str(key), int(count)) for key, count in found.items()), key=lambda item: (-item[1], item)))

    def share(self, expected: str) -> float:
        """Share of the present values that have a type; an integer is a fraction too, and everything is a string."""
        matching = {INTEGRAL: self.integral, FRACTIONAL: self.numeric}.get(expected, len(self.present))
        return matching / len(self.present) if len(self.present) else 1.0


def columns(frame: pd.DataFrame) -> list[Column]:
    """The columns of a data set."""
    return [Column(str(name), frame[name]) for name in frame.columns]

"""How long the rest of the trials will take."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence


class Estimate:
    """Learns from each trial how long trials take in proportion to what was expected of them.

    Args:
        expected: Expected seconds of each trial.
    """

    def __init__(self, expected: Sequence[float]) -> None:
        self._to_do = len(expected)
        self._expected_left = sum(expected)
        self._expected_done = 0.0
        self._seconds_done = 0.0
        self._done = 0

    @contextlib.contextmanager
    def measured(self, expected: float) -> Iterator[None]:
        """Measures the trial in the block, of which so many seconds were expected."""
        since = time.monotonic()
        yield
        self._seconds_done += time.monotonic() - since
        self._done += 1
        self._to_do -= 1
        self._expected_done += expected
        self._expected_left -= expected

    def left(self) -> str:
        """A phrase such as ``, about 40 s left``; empty before the first measurement and after the last."""
        if not self._done or not self._to_do:
            return ""
        # What a trial takes beyond its expectation is the same for each: the start and the end of an execution.
        overhead = max(0.0, (self._seconds_done - self._expected_done) / self._done)
        return f", about {self._expected_left + overhead * self._to_do:.0f} s left"

"""What happens behind everybody's back: work that nobody waits for, and what has become of it.

On AWS the end of such work is in a log or a dead-letter queue, at best. Whoever runs a local AWS wants to know.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from local_aws.base.errors import NotSupportedLocallyError


@dataclass(frozen=True)
class LostWork:
    """An event, message or invocation that came to nothing.

    Args:
        what: What it was, as in ``rule Nightly: event Order Placed to arn:aws:...``.
        reason: Why it failed.
        dead_letter_queue: ARN of the queue that has taken it; None: it is lost.
        is_local: It fails here, not on AWS: the local AWS does not have what it needs.
    """

    what: str
    reason: str
    dead_letter_queue: str | None = None
    is_local: bool = False

    @property
    def is_unhandled(self) -> bool:
        """Whether it would be lost on AWS, too."""
        return self.dead_letter_queue is None and not self.is_local


class Background:
    """The work of one local AWS that nobody waits for."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._under_way = 0
        self._lost: list[LostWork] = []

    def start(self, work: Callable[[], None], *, name: str) -> None:
        """Runs ``work`` in a thread of its own."""
        with self._lock:
            self._under_way += 1

        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._under_way -= 1
                    self._lock.notify_all()

        threading.Thread(target=run, name=name, daemon=True).start()

    def settle(self, timeout: float = 30.0) -> bool:
        """Waits, at most ``timeout`` seconds, until nothing is under way; False if something still is."""
        with self._lock:
            return self._lock.wait_for(lambda: self._under_way == 0, timeout)

    def lose(self, what: str, error: Exception | str, dead_letter_queue: str | None = None) -> None:
        """Takes down work that came to nothing; see :class:`LostWork`."""
        causes = (error, error.__cause__) if isinstance(error, Exception) else ()
        is_local = any(isinstance(each, NotSupportedLocallyError) for each in causes)
        with self._lock:
            self._lost.append(LostWork(what, str(error), dead_letter_queue, is_local))

    def lost(self) -> tuple[LostWork, ...]:
        """What came to nothing so far, in order."""
        with self._lock:
            return tuple(self._lost)

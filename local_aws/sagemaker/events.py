"""What happens to jobs, told within the process so that a command line can show live progress."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.sagemaker.metrics import Metric

#: Statuses of jobs that have not ended.
RUNNING_STATUSES = frozenset({"InProgress", "Stopping", "Initializing"})

# Who waits for a job looks for a reason to stop waiting more often than it asks the API.
_LOOK_SECONDS = 0.2
_LOOKS_PER_QUESTION = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobEvent:
    """A change of a job's status, or output of its algorithm.

    Args:
        kind: ``processing``, ``training``, ``transform``, ``tuning``, ``labeling`` or ``endpoint``.
        name: Name of the job.
        status: Status as Describe answers it, as in ``InProgress``.
        secondary: What the job is doing, as in ``Downloading``.
        message: A sentence about it, or the failure reason.
        metrics: The metrics in the line of output that the algorithm has just printed.
    """

    kind: str
    name: str
    status: str
    secondary: str
    message: str = ""
    metrics: tuple[Metric, ...] = ()


Callback = Callable[[JobEvent], None]


class JobEvents:
    """The events of one local AWS."""

    def __init__(self) -> None:
        self._callbacks: list[Callback] = []
        self._lock = threading.Lock()

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Calls ``callback`` with every event, in the threads of the jobs; returns a function that ends it."""
        with self._lock:
            self._callbacks.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return unsubscribe

    @contextlib.contextmanager
    def end_of(self, name: str) -> Iterator[threading.Event]:
        """An event that is set when the job of this name ends: who waits for it need not ask over and over."""
        end = threading.Event()

        def listen(event: JobEvent) -> None:
            if event.name == name and event.status not in RUNNING_STATUSES:
                end.set()

        unsubscribe = self.subscribe(listen)
        try:
            yield end
        finally:
            unsubscribe()

    def publish(self, event: JobEvent) -> None:
        """Tells every subscriber; an error of one of them is logged and does not reach the job."""
        with self._lock:
            callbacks = list(self._callbacks)
        for callback in callbacks:
            try:
                callback(event)
            except Exception:
                _log.exception("a subscriber to job events failed")


def wait_before_next_question(end: threading.Event, is_to_stop: Callable[[], bool]) -> None:
    """Returns when a job has ended or there is a reason to stop waiting; after a while without either, too.

    Args:
        end: From :meth:`JobEvents.end_of`; clear when this returns.
        is_to_stop: Whether there is a reason to wait no longer.
    """
    for _ in range(_LOOKS_PER_QUESTION):
        if end.wait(_LOOK_SECONDS) or is_to_stop():
            break
    end.clear()

"""Reads the history of an execution: which states ran, where, and how they ended.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from local_aws.app.states import CAUGHT, Failure, Iteration, StateRun
from local_aws.stepfunctions.handled import HandledFailure

_CONTAINERS: Final = ("Map", "Parallel")


@dataclass(eq=False)
class _Run:
    """An entry into a state, while its events are read."""

    event: int
    name: str
    type: str
    since: datetime
    input: str | None
    iterations: tuple[Iteration, ...]
    parent: _Run | None
    status: str | None = None
    until: datetime | None = None
    output: str | None = None
    failure: Failure | None = None
    failed_at: int = 0
    retried: list[Failure] = field(default_factory=list)
    map_runs: list[str] = field(default_factory=list)

    def enclosing(self) -> Iterable[_Run]:
        """This run, and those that it is in, innermost first."""
        run: _Run | None = self
        while run is not None:
            yield run
            run = run.parent


@dataclass(frozen=True)
class _Place:
    """Where an event happened: the innermost run that has not ended by then, and the iterations that it is in."""

    run: _Run | None = None
    iterations: tuple[Iteration, ...] = ()


class History:
    """Reads the events of an execution in their order; each is read once.

    Args:
        iterations: The Maps in whose iterations the execution runs, if it is a child of a map run.
    """

    def __init__(self, iterations: tuple[Iteration, ...] = ()) -> None:
        self._places: dict[int, _Place] = {0: _Place(None, iterations)}
        self._times: dict[int, datetime] = {}
        self._runs: list[_Run] = []
        self._ended: dict[int, _Run] = {}
        self._handled = 0
        self._failed_after: int | None = None

    @property
    def length(self) -> int:
        """How many events it has read."""
        return len(self._times)

    def add(self, event: Mapping[str, Any]) -> None:
        """Reads the next event."""
        number, before, kind = int(event["id"]), int(event.get("previousEventId", 0)), _text(event["type"])
        place = self._places.get(before, self._places[0])
        self._times[number] = moment(event["timestamp"])
        if "stateEnteredEventDetails" in event:
            place = self._enter(place, event, kind)
        elif "stateExitedEventDetails" in event:
            place = self._exit(place, event)
        elif kind.startswith("MapIteration"):
            place = _iterated(place, next(each for key, each in event.items() if key.startswith("mapIteration")), kind)
        elif kind == "ExecutionFailed":
            self._failed_after = before
        else:
            place = self._inside(place, event, kind)
        self._places[number] = place

    def take(self, handled: Iterable[HandledFailure]) -> None:
        """Learns which failures were caught, or tried again after: all that are known so far, in order."""
        for each in tuple(handled)[self._handled :]:
            if each.event not in self._places:
                return  # its event is read later
            self._handled += 1
            inner = self._places[each.event].run
            run = _named(inner, each.state)
            if run is not None:
                failure = Failure(each.error, each.cause)
                _blame(inner, run, failure)
                self._abandon(run, each.event, failure)
                _settle(run, each, failure)

    def ended_by(self, event: int) -> StateRun | None:
        """The state that has ended with an event; None if none has."""
        run = self._ended.get(event)
        return self._shown(run, self._times[event], "RUNNING") if run else None

    def states(
        self, *, end: datetime, status: str = "RUNNING", failure: Failure | None = None
    ) -> list[tuple[StateRun, tuple[str, ...]]]:
        """The states, in the order of entry, each with the ARNs of its map runs.

        Args:
            end: Time at which states without an exit are taken to have ended.
            status: Status of the execution.
            failure: What it ended with.
        """
        if status == "FAILED":
            last = max(self._times, default=0)
            _blame(self._places[last if self._failed_after is None else self._failed_after].run, None, failure)
        return [(self._shown(each, end, status), tuple(each.map_runs)) for each in self._runs]

    def _shown(self, run: _Run, end: datetime, status: str) -> StateRun:
        return StateRun(
            name=run.name,
            status=_status(run, status),
            seconds=round(((run.until or end) - run.since).total_seconds(), 2),
            type=run.type,
            input=run.input,
            output=run.output,
            attempts=1 + len(run.retried),
            failure=run.failure,
            retried=tuple(run.retried),
            iterations=run.iterations,
        )

    def _enter(self, place: _Place, event: Mapping[str, Any], kind: str) -> _Place:
        details = event["stateEnteredEventDetails"]
        run = _Run(
            event=int(event["id"]),
            name=details["name"],
            type=kind.removesuffix("StateEntered"),
            since=moment(event["timestamp"]),
            input=details.get("input"),
            iterations=place.iterations,
            parent=place.run,
        )
        self._runs.append(run)
        return _Place(run, place.iterations)

    def _exit(self, place: _Place, event: Mapping[str, Any]) -> _Place:
        details = event["stateExitedEventDetails"]
        run = _named(place.run, details["name"])
        if run is None:
            return place
        run.status, run.until, run.output = "SUCCEEDED", moment(event["timestamp"]), details.get("output")
        self._ended[int(event["id"])] = run
        return _Place(run.parent, run.iterations)

    def _inside(self, place: _Place, event: Mapping[str, Any], kind: str) -> _Place:
        """An event of a state that goes on: it is that of its Map or Parallel where it is about one."""
        run = place.run
        if run is None:
            return place
        container = next((each for each in _CONTAINERS if kind.startswith((f"{each}State", f"{each}Run"))), None)
        if container:
            run = next((each for each in run.enclosing() if each.type == container and not each.failure), run)
        found = (each for key, each in event.items() if key.endswith("EventDetails"))
        details: Mapping[str, Any] = next(found, {})
        if kind == "MapRunStarted":
            run.map_runs.append(details["mapRunArn"])
        if kind.endswith(("Failed", "TimedOut")):
            known = Failure(details["error"], details.get("cause", "")) if "error" in details else None
            run.failure, run.failed_at = known or run.failure or self._innermost(run), int(event["id"])
        return _Place(run, run.iterations)

    def _innermost(self, container: _Run) -> Failure:
        """What failed in a Map or Parallel that has just failed."""
        inner = [each for each in self._runs if _is_inside(each, container)]
        return next((each.failure for each in reversed(inner) if each.failure and not each.status), Failure(""))

    def _abandon(self, run: _Run, event: int, failure: Failure) -> None:
        """Ends what ran in a Map or Parallel whose attempt has failed."""
        left = [each for each in self._runs if each.event <= event and each.status is None and _is_inside(each, run)]
        # A Fail state has no event of its failure. One of several would be made up.
        fails = [each for each in left if each.type == "Fail" and each.failure is None]
        for each in fails:
            each.failure = failure if len(fails) == 1 else Failure("")
        for each in left:
            if each.failure == Failure("") and each.type in _CONTAINERS:
                each.failure = failure
            each.status = "FAILED" if each.failure else "ABORTED"
            each.until = self._times[event]


def _is_inside(run: _Run, container: _Run) -> bool:
    return run is not container and any(each is container for each in run.enclosing())


def _settle(run: _Run, handled: HandledFailure, failure: Failure) -> None:
    if not handled.caught:
        run.retried.append(failure)
        # What the next attempt has failed with stays.
        if run.failed_at <= handled.event:
            run.failure = None
        return
    run.failure = failure
    if run.status == "SUCCEEDED":
        run.status = CAUGHT


def _status(run: _Run, execution: str) -> str:
    if run.status is not None:
        return run.status
    if any(each.status is not None for each in run.enclosing()):
        return "ABORTED"
    if run.failure and execution != "RUNNING":
        return "FAILED"
    return "ABORTED" if execution in ("FAILED", "SUCCEEDED") else execution


def _iterated(place: _Place, details: Mapping[str, Any], kind: str) -> _Place:
    """Where an iteration of a Map begins, or where the Map goes on after it."""
    run = _named(place.run, details["name"])
    outer = run.iterations if run else ()
    begins = kind == "MapIterationStarted"
    return _Place(run, (*outer, Iteration(details["name"], int(details["index"]))) if begins else outer)


def _named(run: _Run | None, name: str | None) -> _Run | None:
    """The run of a state among one and those that it is in: names are unique in a definition."""
    return next((each for each in run.enclosing() if each.name == name), None) if run else None


def _blame(inner: _Run | None, outer: _Run | None, failure: Failure | None) -> None:
    """Tells the runs from ``inner`` to before ``outer`` what they have failed with, unless they know."""
    for each in inner.enclosing() if inner else ():
        if each is outer:
            return
        if each.status is None:
            each.failure = each.failure or failure or Failure("")


def moment(value: Any) -> datetime:
    """The time of an event, as the API or the interpreter gives it."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _text(kind: Any) -> str:
    return str(getattr(kind, "value", kind))

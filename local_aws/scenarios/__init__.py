"""Scenarios: stories of several stacks and people that ``run`` plays by name in place of one stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rich.console import Console

from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError


class Result(Protocol):
    """How a scenario ended."""

    @property
    def succeeded(self) -> bool:
        """Whether everything happened that belongs to it."""
        ...

    def document(self) -> dict[str, Any]:
        """The result as JSON can hold it."""
        ...


@dataclass(frozen=True)
class Scenario:
    """A scenario.

    Args:
        play: Plays it on a fresh local AWS; LocalAwsError if it cannot be begun.
        show: Prints its result for people.
    """

    play: Callable[[Options, Progress], Result]
    show: Callable[[Any, Console], None]


def named(options: Options) -> Scenario | None:
    """The scenario that is named in place of a stack; None: it is the name of a stack.

    Raises:
        LocalAwsError: There are options that only one state machine or pipeline could take.
    """
    if options.stack != "mlops":
        return None
    if given := [*options.for_state_machines, *options.for_pipelines]:
        raise LocalAwsError(
            f"{given[0]} is for one state machine or pipeline, and {options.stack} is a scenario that starts several: "
            "leave it out"
        )
    from local_aws.scenarios import mlops, mlops_report

    return Scenario(play=mlops.play, show=mlops_report.show)

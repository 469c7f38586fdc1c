"""moto 5.2.5 puts a datetime into ``$$.Execution.StartTime``; every history event that holds it answers 500. And it
writes ``$$.State.EnteredTime`` in microseconds, so that two states entered in the same millisecond look different.

The context object holds ISO 8601 text with milliseconds and Z, as AWS documents:
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local_aws.base.patching import Patches


def milliseconds(time: datetime) -> str:
    """ISO 8601 text of a UTC time, as in ``2026-01-31T12:00:00.123Z``."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def apply(patches: Patches) -> None:
    """Writes both times where the context object is made."""
    from moto.stepfunctions.parser.asl.component.state import state
    from moto.stepfunctions.parser.backend import execution_worker

    def execution_data(**fields: Any) -> Any:
        start: datetime = fields["StartTime"]
        return original(**{**fields, "StartTime": milliseconds(start)})

    original = patches.replace(execution_worker, "ExecutionData", execution_data)

    def state_data(**fields: Any) -> Any:
        return original_state(**{**fields, "EnteredTime": milliseconds(datetime.now(UTC))})

    original_state = patches.replace(state, "StateData", state_data)

"""moto 5.2.5 puts a datetime into ``$$.Execution.StartTime``; every history event that holds it answers 500.

The context object holds ISO 8601 text with milliseconds and Z, as AWS documents:
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from typing import Any

from local_aws.patching import replace


def apply() -> None:
    """Turns the start time into text where the context object is made."""
    from moto.stepfunctions.parser.backend import execution_worker

    def execution_data(**fields: Any) -> Any:
        start = fields["StartTime"]
        return original(**{**fields, "StartTime": start.isoformat(timespec="milliseconds").replace("+00:00", "Z")})

    original = replace(execution_worker, "ExecutionData", execution_data)

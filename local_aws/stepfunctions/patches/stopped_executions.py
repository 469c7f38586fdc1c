"""moto 5.2.5 calls an execution FAILED that was stopped while a task was under way, if the task then ends or fails.

The interpreter finds that it cannot go on to a next state, takes that for an error of its own, and the error replaces
the stop. The change: an execution that was stopped, or has timed out, stays so.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches


def apply(patches: Patches) -> None:
    """Lets no error replace the end that an execution has come to."""
    from moto.stepfunctions.parser.asl.eval.environment import Environment
    from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped, ProgramTimedOut

    def set_error(self: Any, error: Any) -> None:
        if not isinstance(self._program_state, ProgramStopped | ProgramTimedOut):
            original(self, error)

    original = patches.replace(Environment, "set_error", set_error)

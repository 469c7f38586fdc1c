"""What moto 5.2.5 leaves out of the API for executions.

- StopExecution drops error and cause.
- DescribeExecution of one that timed out has no stop date, and an output that is a string is not JSON.
- GetExecutionHistory ignores maxResults, nextToken and reverseOrder.
- An interpreter that crashes leaves its execution RUNNING for ever.
"""

from __future__ import annotations

import datetime
import json
import logging
from typing import Any

from local_aws.base.patching import Patches

_log = logging.getLogger(__name__)


def apply(patches: Patches) -> None:
    """Mends the handlers."""
    _mend_stop(patches)
    _mend_describe(patches)
    _mend_history(patches)
    _mend_crash(patches)


def _mend_stop(patches: Patches) -> None:
    from moto.core.responses import ActionResult
    from moto.stepfunctions.responses import StepFunctionResponse

    def stop_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.stop_execution(self._get_param("executionArn"))
        execution.error = self._get_param("error")
        execution.cause = self._get_param("cause")
        return ActionResult({"stopDate": execution.stop_date or datetime.datetime.now(datetime.UTC)})

    patches.replace(StepFunctionResponse, "stop_execution", stop_execution)


def _mend_describe(patches: Patches) -> None:
    from moto.stepfunctions.parser.api import ExecutionStatus
    from moto.stepfunctions.responses import StepFunctionResponse

    def describe_execution(self: Any) -> Any:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        answer = original(self)
        if execution.status in (ExecutionStatus.TIMED_OUT, ExecutionStatus.TIMED_OUT.value):
            answer.result["stopDate"] = execution.stop_date
        if execution.status in (ExecutionStatus.SUCCEEDED, ExecutionStatus.SUCCEEDED.value):
            answer.result["output"] = json.dumps(execution.output, ensure_ascii=False, separators=(",", ":"))
        for field, name in (
            ("stateMachineVersionArn", "version_arn"),
            ("stateMachineAliasArn", "alias_arn"),
            ("mapRunArn", "map_run_arn"),
        ):
            if getattr(execution, name, None) is not None:
                answer.result[field] = getattr(execution, name)
        return answer

    original = patches.replace(StepFunctionResponse, "describe_execution", describe_execution)


def _mend_history(patches: Patches) -> None:
    from moto.core.responses import ActionResult
    from moto.stepfunctions.responses import StepFunctionResponse

    def get_execution_history(self: Any) -> ActionResult:
        history = self.stepfunction_backend.get_execution_history(self._get_param("executionArn"))
        events = sorted(history["events"], key=lambda event: int(event["id"]))
        if self._get_param("reverseOrder"):
            events.reverse()
        start = int(self._get_param("nextToken") or 0)
        end = start + (int(self._get_param("maxResults") or 0) or 100)
        answer: dict[str, Any] = {"events": events[start:end]}
        if end < len(events):
            answer["nextToken"] = str(end)
        return ActionResult(answer)

    patches.replace(StepFunctionResponse, "get_execution_history", get_execution_history)


def _mend_crash(patches: Patches) -> None:
    from moto.stepfunctions.parser.api import ExecutionStatus
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    def execution_logic(self: Any) -> None:
        try:
            original(self)
        except Exception as error:
            _log.exception("the interpreter crashed")
            execution = self._execution_communication.execution
            execution.error, execution.cause = "States.Runtime", f"{type(error).__name__}: {error}"
            execution.stop_date = datetime.datetime.now(datetime.UTC)
            execution.exec_status = ExecutionStatus.FAILED

    original = patches.replace(ExecutionWorker, "_execution_logic", execution_logic)

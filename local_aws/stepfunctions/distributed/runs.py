"""A map run and its child executions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus, MapRunStatus, StateMachineType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import SyncExecutionWorker

# AWS starts up to 10,000 child executions at once; here each has a thread.
_MOST_AT_ONCE = 40
_PATIENCE = 0.2
_COUNTED = ("aborted", "failed", "pending", "running", "succeeded", "timedOut")


class _Worker(SyncExecutionWorker):  # type: ignore[misc]
    """Runs a program that is there already."""

    def __init__(self, program: Any, **details: Any) -> None:
        super().__init__(**details)
        self._program = program

    def _get_evaluation_entrypoint(self) -> Any:
        return self._program


class ChildExecution(Execution):  # type: ignore[misc]
    """What a map run starts for an item or batch.

    Args:
        program: What it does.
        items: How many items it has.
        map_run_arn: The map run that it belongs to.
        details: As moto's execution takes them.
    """

    def __init__(self, program: Any, items: int, map_run_arn: str, **details: Any) -> None:
        super().__init__(**details)
        self.program, self.items, self.map_run_arn = program, items, map_run_arn
        self.exec_status = None

    @property
    def outcome(self) -> str:
        """Its status as the counts of a map run name it."""
        if self.exec_status is None:
            return "pending"
        status = str(self.exec_status.value).lower()
        return "timedOut" if status == "timed_out" else status

    def _get_start_execution_worker(self) -> Any:
        stock = super()._get_start_execution_worker()
        return _Worker(
            self.program,
            evaluation_details=stock._evaluation_details,
            exec_comm=stock._execution_communication,
            cloud_watch_logging_session=None,
            activity_store=stock._activity_store,
        )


class MapRun(MapRunRecord):  # type: ignore[misc]
    """A map run, as DescribeMapRun tells of it.

    Args:
        details: As moto's record takes them.
    """

    def __init__(self, **details: Any) -> None:
        super().__init__(**details)
        self.executions: list[ChildExecution] = []
        self.results_written = 0
        # What is not written is not a limit, unless neither is.
        self.count_given = self.percentage_given = True

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeMapRun."""
        answer = {
            "mapRunArn": self.map_run_arn,
            "executionArn": self.execution_arn,
            "status": self.status,
            "startDate": self.start_date,
            "maxConcurrency": self.max_concurrency,
            "toleratedFailurePercentage": self.tolerated_failure_percentage,
            "toleratedFailureCount": self.tolerated_failure_count,
            "itemCounts": self._counts(lambda child: child.items),
            "executionCounts": self._counts(lambda child: 1),
            "redriveCount": 0,
        }
        if self.stop_date is not None:
            answer["stopDate"] = self.stop_date
        return answer

    def list_item(self) -> dict[str, Any]:
        """An entry of ListMapRuns."""
        answer = {
            "executionArn": self.execution_arn,
            "mapRunArn": self.map_run_arn,
            "stateMachineArn": self.map_state_machine_arn,
            "startDate": self.start_date,
        }
        return answer if self.stop_date is None else {**answer, "stopDate": self.stop_date}

    def update(self, **changes: Any) -> None:
        """UpdateMapRun."""
        super().update(**changes)
        self.count_given |= changes.get("tolerated_failure_count") is not None
        self.percentage_given |= changes.get("tolerated_failure_percentage") is not None

    def _counts(self, weight: Callable[[ChildExecution], int]) -> dict[str, int]:
        counts = dict.fromkeys((*_COUNTED, "total", "resultsWritten"), 0)
        for child in self.executions:
            counts[child.outcome] += weight(child)
            counts["total"] += weight(child)
            counts["resultsWritten"] += weight(child) if child.outcome != "pending" and self.results_written else 0
        return {**counts, "failuresNotRedrivable": 0, "pendingRedrive": 0}

    def exceeded(self) -> bool:
        """Whether more has failed than is tolerated."""
        total = sum(each.items for each in self.executions)
        failed = sum(each.items for each in self.executions if each.outcome in ("failed", "timedOut"))
        if not failed:
            return False
        over_count = failed > (self.tolerated_failure_count or 0)
        over_percentage = failed * 100 > (self.tolerated_failure_percentage or 0) * total
        if self.count_given and self.percentage_given:
            return over_count or over_percentage
        return over_count if self.count_given else over_percentage

    def add_children(self, env: Any, program: Any, inputs: list[tuple[Any, int]], express: bool) -> None:
        """Makes a child execution, yet to be started, for each input."""
        machine = self.map_state_machine_arn
        name = machine.rpartition(":")[2]
        base = machine.replace(":stateMachine:", ":express:" if express else ":execution:")
        # Only what the interpreter asks of a state machine.
        kind = StateMachineType.EXPRESS if express else StateMachineType.STANDARD
        definition = SimpleNamespace(arn=machine, name=name, sm_type=kind, definition="{}")
        details = env.aws_execution_details
        for document, items in inputs:
            child_name = str(uuid.uuid4())
            self.executions.append(
                ChildExecution(
                    program,
                    items,
                    self.map_run_arn,
                    name=child_name,
                    sm_type=kind,
                    role_arn=details.role_arn,
                    exec_arn=f"{base}:{child_name}",
                    account_id=details.account,
                    region_name=details.region,
                    state_machine=definition,
                    start_date=datetime.now(UTC),
                    cloud_watch_logging_session=None,
                    input_data=json.dumps(document, ensure_ascii=False),
                    activity_store=env.activity_store,
                )
            )

    def run(self, env: Any) -> None:
        """Runs the children until all have ended, too many have failed, or the state is stopped."""
        at_once = min(self.max_concurrency or _MOST_AT_ONCE, _MOST_AT_ONCE, max(len(self.executions), 1))
        with ThreadPoolExecutor(at_once) as pool:
            waiting: set[Future[None]] = {pool.submit(self._run_child, env, each) for each in self.executions}
            while waiting:
                _, waiting = wait(waiting, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
                if not env.is_running() or self.exceeded():
                    for future in waiting:
                        future.cancel()
                    self._stop()
                    break
        ended_well = env.is_running() and not self.exceeded()
        if not env.is_running():
            self.set_stop(MapRunStatus.ABORTED)
        else:
            self.set_stop(MapRunStatus.SUCCEEDED if ended_well else MapRunStatus.FAILED)

    def _run_child(self, env: Any, child: ChildExecution) -> None:
        if env.is_running() and not self.exceeded():
            child.start_date = datetime.now(UTC)
            child.start()

    def _stop(self) -> None:
        for child in self.executions:
            worker = child.exec_worker
            if child.exec_status == ExecutionStatus.RUNNING and worker is not None and worker.env is not None:
                child.stop(stop_date=datetime.now(UTC), error=None, cause=None)

    def outputs(self) -> list[Any]:
        """What the children that succeeded have returned, in the order of their items."""
        return [each.output for each in self.executions if each.exec_status == ExecutionStatus.SUCCEEDED]

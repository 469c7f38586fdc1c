"""How moto 5.2.5 starts executions: of no version or alias, and of an Express state machine as of a Standard one.

It also forgets the children of a map run: nobody can describe or list them, nor answer their task tokens.
https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import json
import random
import time
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from local_aws.base.patching import Patches
from local_aws.stepfunctions.foresight import refusals
from local_aws.stepfunctions.patches.versions import machine_of, page

_NOT_THIS_TYPE = "This operation is not supported by this type of state machine"


def apply(patches: Patches) -> None:
    """Mends the start, and finds children."""
    _mend_start(patches)
    _add_sync(patches)
    _find_children(patches)
    _mend_list(patches)


def _chosen(backend: Any, arn: str) -> tuple[Any, Any, str | None, str | None]:
    """State machine, what is run, and the ARNs of version and alias."""
    from moto.stepfunctions.exceptions import StateMachineDoesNotExist

    machine = machine_of(backend, arn)
    qualifier = arn.removeprefix(machine.arn).lstrip(":")
    if not qualifier:
        return machine, machine, None, None
    alias = machine.aliases.get(qualifier)
    if alias is not None:
        routes = alias.routing_configuration
        [route] = random.choices(routes, [each["weight"] for each in routes])
        _, version, version_arn, _ = _chosen(backend, route["stateMachineVersionArn"])
        return machine, version, version_arn, alias.arn
    version = machine.versions.get(int(qualifier)) if qualifier.isdigit() else None
    if version is None:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
    return machine, version, version.arn, None


def _input(text: str | None) -> str:
    from moto.stepfunctions.exceptions import InvalidExecutionInput

    text = "{}" if text is None else text
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from None
    return text


def _execution(backend: Any, kind: Any, arn: str, name: str, text: str, trace_header: Any) -> Any:
    """An execution that is not started yet."""
    machine, run, version, alias = _chosen(backend, arn)
    _check(run.definition)
    express = machine.type == "EXPRESS"
    noun = "express" if express else "execution"
    prefix = machine.arn.replace(":stateMachine:", f":{noun}:")
    execution = kind(
        name=name,
        sm_type=machine.type,
        role_arn=run.roleArn,
        exec_arn=f"{prefix}:{name}" + (f":{uuid.uuid4()}" if express else ""),
        account_id=backend.account_id,
        region_name=backend.region_name,
        # A snapshot: an update does not reach what has started.
        state_machine=SimpleNamespace(
            arn=machine.arn, name=machine.name, sm_type=machine.type, definition=run.definition
        ),
        start_date=datetime.now(tz=UTC),
        cloud_watch_logging_session=None,
        input_data=text,
        trace_header=trace_header,
        activity_store={},
    )
    execution.version_arn, execution.alias_arn = version, alias
    return execution


def _check(definition: str) -> None:
    """Refuses to start what the local AWS cannot run to its end, whatever happens on the way."""
    from moto.core.exceptions import AWSError

    certain = [str(each) for each in refusals(json.loads(definition)) if each.is_certain]
    if certain:
        raise AWSError("; ".join(certain), "NotSupportedLocally")


def _mend_start(patches: Patches) -> None:
    from moto.stepfunctions.parser.backend.execution import Execution
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: Any = None,
    ) -> Any:
        if name:
            self._validate_name(name)
        machine, *_ = _chosen(self, state_machine_arn)
        text = _input(execution_input)
        express = machine.type == "EXPRESS"
        if name and not express:
            present = machine._handle_name_input_idempotency(name, text)
            if present is not None:
                return present
        execution = _execution(self, Execution, state_machine_arn, name or str(uuid.uuid4()), text, trace_header)
        machine.executions.append(execution)
        execution.start()
        return execution

    patches.replace(StepFunctionsParserBackend, "start_execution", start_execution)


def _add_sync(patches: Patches) -> None:
    from moto.core.exceptions import AWSError
    from moto.core.responses import ActionResult
    from moto.stepfunctions.parser.backend.execution import SyncExecution
    from moto.stepfunctions.responses import StepFunctionResponse

    def start_sync_execution(self: Any) -> ActionResult:
        backend, arn = self.stepfunction_backend, self._get_param("stateMachineArn")
        machine, *_ = _chosen(backend, arn)
        if machine.type != "EXPRESS":
            raise AWSError(_NOT_THIS_TYPE, "StateMachineTypeNotSupported")
        name = self._get_param("name") or str(uuid.uuid4())
        backend._validate_name(name)
        text = _input(self._get_param("input"))
        execution = _execution(backend, SyncExecution, arn, name, text, self._get_param("traceHeader"))
        execution.start()
        answer = dict(execution.to_start_sync_execution_output())
        answer["input"] = text
        answer["inputDetails"] = {"included": True}
        answer.pop("outputDetails", None)
        if "output" in answer:
            answer["output"] = json.dumps(execution.output, ensure_ascii=False, separators=(",", ":"))
            answer["outputDetails"] = {"included": True}
        milliseconds = (execution.stop_date - execution.start_date).total_seconds() * 1000
        # Billed by 100 ms, at least one; and by 64 MB.
        billed = max(100, -(-int(milliseconds) // 100) * 100)
        answer["billingDetails"] = {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": billed}
        return ActionResult({key: value for key, value in answer.items() if value is not None})

    patches.add(StepFunctionResponse, "start_sync_execution", start_sync_execution)


def children(machine: Any) -> list[Any]:
    """The child executions of the map runs of a machine's executions."""
    return [child for run in map_runs(machine) for child in run.executions]


def map_runs(machine: Any) -> list[Any]:
    """The map runs of a machine's executions, and of their children."""
    found = []
    waiting = list(machine.executions)
    while waiting:
        execution = waiting.pop()
        env = execution.exec_worker and execution.exec_worker.env
        if env is not None:
            runs = env.map_run_record_pool_manager.get_all()
            found += runs
            waiting += [child for run in runs for child in run.executions]
    return found


def stop(execution: Any) -> None:
    """Stops an execution that is under way."""
    while execution.status == "RUNNING" and execution.exec_worker.env is None:
        # Its thread is about to make it.
        time.sleep(0.001)
    if execution.status == "RUNNING":
        execution.stop(stop_date=datetime.now(UTC), error="", cause="")


def _find_children(patches: Patches) -> None:
    from moto.stepfunctions.exceptions import InvalidArn
    from moto.stepfunctions.models import StepFunctionBackend
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    def executions(self: Any, execution_status: Any = None) -> list[Any]:
        found = [each for machine in list(self.state_machines) for each in [*machine.executions, *children(machine)]]
        return [each for each in found if execution_status is None or each.exec_status == execution_status]

    def describe_execution(self: Any, execution_arn: str) -> Any:
        if ":express:" in execution_arn:
            raise InvalidArn("Invalid Arn: 'Resource type not valid in this context: express'")
        for machine in list(self.state_machines):
            for child in children(machine):
                if child.execution_arn == execution_arn:
                    return child
        return original_describe(self, execution_arn)

    def stop_execution(self: Any, execution_arn: str) -> Any:
        execution = self.describe_execution(execution_arn)
        stop(execution)
        return execution

    patches.replace(StepFunctionsParserBackend, "_get_executions", executions)
    original_describe = patches.replace(StepFunctionBackend, "describe_execution", describe_execution)
    patches.replace(StepFunctionBackend, "stop_execution", stop_execution)


def _mend_list(patches: Patches) -> None:
    from moto.core.exceptions import AWSError
    from moto.core.responses import ActionResult
    from moto.stepfunctions.responses import StepFunctionResponse

    def list_executions(self: Any) -> ActionResult:
        backend, run_arn = self.stepfunction_backend, self._get_param("mapRunArn")
        if run_arn:
            runs = [run for machine in list(backend.state_machines) for run in map_runs(machine)]
            run = next((each for each in runs if each.map_run_arn == run_arn), None)
            if run is None:
                raise AWSError(f"Resource not found: '{run_arn}'", "ResourceNotFound")
            found = [each for each in run.executions if each.exec_status is not None]
        else:
            arn = self._get_param("stateMachineArn")
            machine = machine_of(backend, arn)
            if machine.type == "EXPRESS":
                raise AWSError(_NOT_THIS_TYPE, "StateMachineTypeNotSupported")
            found = [each for each in machine.executions if arn in (machine.arn, each.version_arn, each.alias_arn)]
        status = self._get_param("statusFilter")
        found = [each for each in found if status is None or each.status == status]
        found.sort(key=lambda each: each.start_date, reverse=True)
        return ActionResult(page(self, "executions", [_listed(each, run_arn) for each in found]))

    patches.replace(StepFunctionResponse, "list_executions", list_executions)


def _listed(execution: Any, run_arn: str | None) -> dict[str, Any]:
    answer = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "stateMachineVersionArn": getattr(execution, "version_arn", None),
        "stateMachineAliasArn": getattr(execution, "alias_arn", None),
        "mapRunArn": run_arn,
        "itemCount": getattr(execution, "items", None) if run_arn else None,
    }
    return {key: value for key, value in answer.items() if value is not None}

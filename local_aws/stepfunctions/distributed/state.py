"""The Map state in distributed mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.api import (
    HistoryEventType,
    MapRunFailedEventDetails,
    MapRunStartedEventDetails,
    MapStateStartedEventDetails,
)
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils import boto_client

from local_aws.base.errors import AccessDeniedError
from local_aws.stepfunctions.distributed import results
from local_aws.stepfunctions.distributed.batches import batches
from local_aws.stepfunctions.distributed.formats import ReaderError
from local_aws.stepfunctions.distributed.runs import MapRun
from local_aws.stepfunctions.distributed.sources import items_from_s3
from local_aws.stepfunctions.reading.failures import RUNTIME, failure
from local_aws.stepfunctions.reading.values import Value

_EXCEEDED = "The specified tolerated failure threshold was exceeded"


@dataclass(frozen=True)
class ItemReader:
    """``ItemReader``: what is read, and how."""

    action: str
    request: Value
    config: Mapping[str, Any]
    max_items: Value | None


@dataclass(frozen=True)
class ItemBatcher:
    """``ItemBatcher``: how large a batch is, and what it gets beside its items."""

    max_items: Value | None
    max_bytes: Value | None
    batch_input: Value | None


@dataclass(frozen=True)
class ResultWriter:
    """``ResultWriter``: where to, and in which form."""

    request: Value | None
    config: Mapping[str, Any]


#: Raises AccessDeniedError unless a role, by its ARN, may start executions of a state machine, by its ARN.
Authorize = Callable[[str, str], None]


@dataclass(frozen=True)
class Fields:
    """The fields of a Map in distributed mode, read.

    Args:
        program: What each child execution does.
        items: What the state has without an ItemReader.
        concurrency: ``MaxConcurrency``.
        count: ``ToleratedFailureCount``.
        percentage: ``ToleratedFailurePercentage``.
        label: ``Label``.
        express: Children are Express executions.
        authorize: Raises AccessDeniedError unless a role may start the children of a state machine.
        selector: ``ItemSelector``.
    """

    program: Any
    items: Value
    concurrency: Value
    count: Value | None
    percentage: Value | None
    label: str | None
    express: bool
    authorize: Authorize
    selector: Value | None = None
    reader: ItemReader | None = None
    batcher: ItemBatcher | None = None
    writer: ResultWriter = field(default_factory=lambda: ResultWriter(None, {}))


# moto's interpreter is not typed.
class DistributedMap(StateMap):  # type: ignore[misc]
    """A Map whose iterations are executions of their own.

    Args:
        fields: Of the state.
    """

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self.fields = fields

    def from_state_props(self, state_props: Any) -> None:
        """Takes what every state has; the rest is in ``fields``."""
        ExecutionState.from_state_props(self, state_props)

    def _eval_execution(self, env: Any) -> None:
        fields, data = self.fields, env.stack[-1]
        run = self._run(env)
        started = MapStateStartedEventDetails(length=0 if fields.reader else len(fields.items(env)))
        _event(env, HistoryEventType.MapStateStarted, mapStateStartedEventDetails=started)
        env.map_run_record_pool_manager.add(run)
        arn = MapRunStartedEventDetails(mapRunArn=run.map_run_arn)
        _event(env, HistoryEventType.MapRunStarted, mapRunStartedEventDetails=arn)
        try:
            machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
            self.fields.authorize(env.aws_execution_details.role_arn, machine)
            run.add_children(env, fields.program, self._inputs(env, data), fields.express)
        except AccessDeniedError as error:
            raise self._failed(env, run, "States.Permissions", str(error)) from error
        except ReaderError as error:
            raise self._failed(env, run, "States.ItemReaderFailed", str(error)) from error
        run.run(env)
        output = self._output(env, run)
        if run.exceeded():
            raise self._failed(env, run, "States.ExceedToleratedFailureThreshold", _EXCEEDED)
        if env.is_running():
            _event(env, HistoryEventType.MapRunSucceeded)
            env.event_manager.add_event(
                context=env.event_history_context,
                event_type=HistoryEventType.MapStateSucceeded,
                update_source_event_id=False,
            )
        env.stack.append(output)

    def _run(self, env: Any) -> MapRun:
        fields = self.fields
        context = env.states.context_object.context_object_data
        run = MapRun(
            state_machine_arn=context["StateMachine"]["Id"],
            execution_arn=context["Execution"]["Id"],
            max_concurrency=_whole(env, "MaxConcurrency", fields.concurrency) or 0,
            tolerated_failure_count=_whole(env, "ToleratedFailureCount", fields.count) or 0,
            tolerated_failure_percentage=_percentage(env, fields.percentage) or 0.0,
            label=fields.label,
        )
        run.count_given = fields.count is not None or fields.percentage is None
        run.percentage_given = fields.percentage is not None or fields.count is None
        return run

    def _inputs(self, env: Any, data: Any) -> list[tuple[Any, int]]:
        fields = self.fields
        items = self._read(env) if fields.reader else fields.items(env)
        if fields.selector is not None:
            items = [self._selected(env, data, index, item) for index, item in enumerate(items)]
        batcher = fields.batcher
        if batcher is None:
            return [(item, 1) for item in items]
        return batches(
            items,
            max_items=_whole(env, "MaxItemsPerBatch", batcher.max_items),
            max_bytes=_whole(env, "MaxInputBytesPerBatch", batcher.max_bytes),
            batch_input=None if batcher.batch_input is None else batcher.batch_input(env),
        )

    def _read(self, env: Any) -> list[Any]:
        reader = self.fields.reader
        assert reader is not None
        limit = _whole(env, "MaxItems", reader.max_items, least=None)
        return items_from_s3(_s3(env), reader.action, reader.request(env), reader.config, limit)

    def _selected(self, env: Any, data: Any, index: int, item: Any) -> Any:
        assert self.fields.selector is not None
        frame = env.open_frame()
        try:
            source = "STATE_DATA" if self.fields.reader is None else "S3"
            frame.states.context_object.context_object_data["Map"] = {
                "Item": {"Index": index, "Value": item, "Source": source}
            }
            frame.states.reset(input_value=env.states.get_input())
            frame.stack.append(data)
            return self.fields.selector(frame)
        finally:
            env.delete_frame(frame)

    def _output(self, env: Any, run: MapRun) -> Any:
        writer = self.fields.writer
        if writer.request is None:
            return results.transformed(run, writer.config)
        try:
            return results.write(_s3(env), run, writer.request(env), writer.config)
        except (ClientError, BotoCoreError) as error:
            raise self._failed(env, run, "States.ResultWriterFailed", str(error)) from error

    def _failed(self, env: Any, run: MapRun, name: str, cause: str) -> Exception:
        from moto.stepfunctions.parser.api import MapRunStatus

        run.set_stop(MapRunStatus.FAILED)
        details = MapRunFailedEventDetails(error=name, cause=cause)
        _event(env, HistoryEventType.MapRunFailed, mapRunFailedEventDetails=details)
        return failure(env, name, cause)


def _event(env: Any, kind: Any, **details: Any) -> None:
    env.event_manager.add_event(
        context=env.event_history_context, event_type=kind, event_details=EventDetails(**details) if details else None
    )


def _s3(env: Any) -> Any:
    details = env.aws_execution_details
    role = StateCredentials(role_arn=details.role_arn)
    return boto_client.boto_client_for(region=details.region, service="s3", state_credentials=role)


def _whole(env: Any, name: str, value: Value | None, least: int | None = 0) -> int | None:
    if value is None:
        return None
    number = value(env)
    if isinstance(number, str) and number.removeprefix("-").isdigit():
        number = int(number)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        shown = "{}" if number == {} else number
        raise failure(env, RUNTIME, f'The {name} field refers to value "{shown}" which is not a valid integer')
    if least is not None and number < least:
        raise failure(env, RUNTIME, f"{name} cannot be negative.")
    return number


def _percentage(env: Any, value: Value | None) -> float | None:
    if value is None:
        return None
    number = value(env)
    if isinstance(number, bool) or not isinstance(number, int | float):
        cause = f'The ToleratedFailurePercentage field refers to value "{number}" which is not a valid float'
        raise failure(env, RUNTIME, cause)
    if not 0 <= number <= 100:
        raise failure(env, RUNTIME, "ToleratedFailurePercentage must be between 0 and 100.")
    return float(number)

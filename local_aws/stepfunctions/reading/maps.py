"""Map states, inline and distributed."""

from __future__ import annotations

import json
from typing import Any

from moto.stepfunctions.parser.asl.component.common.flow.start_at import StartAt
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.inline_item_processor import (
    InlineItemProcessor,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.processor_config import (
    ProcessorConfig,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountInt,
    ToleratedFailurePercentage,
)

from local_aws.stepfunctions.distributed.state import DistributedMap, Fields, ItemBatcher, ItemReader, ResultWriter
from local_aws.stepfunctions.reading import components
from local_aws.stepfunctions.reading.failures import QUERY, RUNTIME, failure
from local_aws.stepfunctions.reading.numbers import number_field, path_field
from local_aws.stepfunctions.reading.values import JSON_PATH, Value

_UNLIMITED = 0


class InlineMap(StateMap):  # type: ignore[misc]
    """A Map in the execution of its own machine.

    Args:
        program: What it does for each item.
        items: Gives them.
        selector: ``ItemSelector``.
        concurrency: ``MaxConcurrency``.
    """

    def __init__(self, program: Any, items: Value, selector: Value | None, concurrency: Value) -> None:
        super().__init__()
        self.items, self.items_path = components.Field(items), None
        self.item_selector = None if selector is None else components.Field(selector)
        self.parameters = self.item_reader = self.result_writer = self.label = None
        self.max_concurrency_decl = components.ConcurrencyField(concurrency)
        self.tolerated_failure_count_decl = ToleratedFailureCountInt()
        self.tolerated_failure_percentage_decl = ToleratedFailurePercentage()
        self.iteration_component = InlineItemProcessor(
            query_language=program.query_language,
            start_at=StartAt(program.start_at.start_at_name),
            states=program.states,
            comment=None,
            processor_config=ProcessorConfig(),
        )

    def from_state_props(self, state_props: Any) -> None:
        """Takes what every state has."""
        ExecutionState.from_state_props(self, state_props)


def read(state: Any, nested: Any) -> Any:
    """The Map of a state's document.

    Args:
        state: Its reader.
        nested: Reads what is done for each item.
    """
    document, language = state.document, state.language
    processor = document.get("ItemProcessor", document.get("Iterator"))
    program = nested(processor)
    # Parameters is the older name.
    chosen = document.get("ItemSelector", document.get("Parameters"))
    selector = None if chosen is None else language.template(chosen)
    concurrency = state.number_field("MaxConcurrency", _UNLIMITED)
    if processor.get("ProcessorConfig", {}).get("Mode") != "DISTRIBUTED":
        return InlineMap(program, _items(state), selector, concurrency)
    return DistributedMap(
        Fields(
            program=program,
            items=_items(state),
            concurrency=concurrency,
            count=state.number_field("ToleratedFailureCount"),
            percentage=state.number_field("ToleratedFailurePercentage"),
            label=document.get("Label"),
            express=processor["ProcessorConfig"].get("ExecutionType") == "EXPRESS",
            authorize=state.authorize,
            selector=selector,
            reader=_reader(state, document["ItemReader"]) if "ItemReader" in document else None,
            batcher=_batcher(state, document["ItemBatcher"]) if "ItemBatcher" in document else None,
            writer=_writer(state, document.get("ResultWriter", {})),
        )
    )


def _items(state: Any) -> Value:
    document = state.document
    if state.language is JSON_PATH:
        path = document.get("ItemsPath", "$")
        return _array(path_field(path), lambda value: (RUNTIME, f'Reference path "{path}" must point to array.'))
    if "Items" not in document:
        given: Value = lambda env: env.states.get_input()  # noqa: E731
        return _array(given, lambda value: (QUERY, f"Map state input must be an array but was: {_shown(value)}"))
    items = document["Items"]
    return _array(
        state.language.template(items),
        lambda value: (
            QUERY,
            f"The JSONata expression '{str(items)[2:-2].strip()}' specified for the field 'Items' returned an "
            f"unexpected result type. Expected 'array', but was '{_kind(value)}' for value: {_shown(value)}",
        ),
    )


def _array(value: Value, problem: Any) -> Value:
    def items(env: Any) -> Any:
        found = value(env)
        if not isinstance(found, list):
            raise failure(env, *problem(found))
        return found

    return items


def _reader(state: Any, document: dict[str, Any]) -> ItemReader:
    config = document.get("ReaderConfig", {})
    request = document.get("Parameters", document.get("Arguments", {}))
    return ItemReader(
        action=document["Resource"].rpartition(":")[2],
        request=state.language.template(request),
        config=config,
        max_items=number_field(config, state.language, "MaxItems"),
    )


def _batcher(state: Any, document: dict[str, Any]) -> ItemBatcher:
    return ItemBatcher(
        max_items=number_field(document, state.language, "MaxItemsPerBatch"),
        max_bytes=number_field(document, state.language, "MaxInputBytesPerBatch"),
        batch_input=state.language.template(document["BatchInput"]) if "BatchInput" in document else None,
    )


def _writer(state: Any, document: dict[str, Any]) -> ResultWriter:
    request = document.get("Parameters", document.get("Arguments"))
    return ResultWriter(
        request=None if request is None or "Resource" not in document else state.language.template(request),
        config=document.get("WriterConfig", {}),
    )


def _shown(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"

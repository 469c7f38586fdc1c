"""Rules on Map states: what belongs to a distributed one, its reader, batcher, writer and label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check import schema
from sagemaker_rules.check.fields import object_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.states import State, is_jsonata, is_token

#: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html, Label
_MAX_LABEL = 40
_ILLEGAL_IN_LABEL = re.compile(r"[\s?*<>{}\[\]:;,\\|^~$#%&`\"\x00-\x1f\x7f-\x9f]")
_BATCH_SIZES = ("MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath")


def map_findings(state: State) -> Iterator[StateFinding]:
    """What Step Functions would refuse of a Map state beyond its fields."""
    if state.body.get("Type") != "Map":
        return
    processor = _object(state.body.get("ItemProcessor", state.body.get("Iterator")))
    config = _object(processor.get("ProcessorConfig"))
    field = "ItemProcessor" if "ItemProcessor" in state.body else "Iterator"
    yield from object_findings(state, config, schema.PROCESSOR_CONFIG, (field, "ProcessorConfig"))
    mode = config.get("Mode", "INLINE")
    if mode == "DISTRIBUTED" and "ExecutionType" not in config:
        message = "is missing; a distributed Map requires it: write STANDARD or EXPRESS"
        yield state.finding("map-mode", message, field, "ProcessorConfig", "ExecutionType")
    if mode == "INLINE":
        for name in schema.ONLY_DISTRIBUTED:
            if name in state.body:
                message = "is for a distributed Map only; write ProcessorConfig with Mode DISTRIBUTED, or take it out"
                yield state.finding("map-mode", message, name)
    if mode != "INLINE":
        yield from _label(state)
        yield from _reader(state)
        yield from _batcher(state)
        yield from _writer(state)


def repeated_label_findings(states: Iterable[State]) -> Iterator[StateFinding]:
    """Labels that a Map of the same state machine has already, wherever it stands."""
    seen: dict[str, str] = {}
    for state in states:
        label = state.body.get("Label")
        if state.body.get("Type") != "Map" or not isinstance(label, str) or is_token(label):
            continue
        if label in seen:
            message = f"is the label of {seen[label]!r}, too; write another one"
            yield state.finding("map-label-unique", message, "Label")
        seen.setdefault(label, state.name)


def _label(state: State) -> Iterator[StateFinding]:
    label = state.body.get("Label")
    if not isinstance(label, str) or is_token(label):
        return
    if not 1 <= len(label) <= _MAX_LABEL:
        yield state.finding("map-label", f"has {len(label)} characters; write 1 to {_MAX_LABEL}", "Label")
    elif found := _ILLEGAL_IN_LABEL.search(label):
        yield state.finding("map-label", f"holds {found[0]!r}; write letters, digits, hyphens and underscores", "Label")


def _reader(state: State) -> Iterator[StateFinding]:
    reader = state.body.get("ItemReader")
    if not isinstance(reader, Mapping):
        return
    yield from object_findings(state, reader, schema.READER, ("ItemReader",))
    action = _action(reader.get("Resource"), schema.READER_ACTIONS)
    if action is None:
        message = (
            f"is {reader.get('Resource')!r}; write arn:aws:states:::{schema.READER_ACTIONS[0]} or its listObjectsV2"
        )
        yield state.finding("map-reader", message, "ItemReader", "Resource")
    yield from _request(state, reader, "map-reader", "ItemReader")
    config = _object(reader.get("ReaderConfig"))
    at = ("ItemReader", "ReaderConfig")
    yield from object_findings(state, config, schema.READER_CONFIG, at)
    kind = config.get("InputType")
    if action == "s3:getObject" and kind is None:
        message = "is missing; a reader of an object requires it: write CSV, JSON, JSONL, PARQUET or MANIFEST"
        yield state.finding("map-reader", message, *at, "InputType")
    if kind == "CSV" and "CSVHeaderLocation" not in config:
        message = "is missing; a reader of CSV requires it: write FIRST_ROW or GIVEN"
        yield state.finding("map-reader", message, *at, "CSVHeaderLocation")
    if config.get("CSVHeaderLocation") == "GIVEN" and "CSVHeaders" not in config:
        message = "is missing; CSVHeaderLocation GIVEN requires it: write the names of the columns"
        yield state.finding("map-reader", message, *at, "CSVHeaders")
    if config.get("CSVHeaderLocation") == "FIRST_ROW" and "CSVHeaders" in config:
        message = "stands beside FIRST_ROW; take it out, or write CSVHeaderLocation GIVEN"
        yield state.finding("map-reader", message, *at, "CSVHeaders")
    if kind in ("JSON", "JSONL", "PARQUET"):
        for name in ("CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"):
            if name in config:
                yield state.finding("map-reader", "is for CSV only; take it out, or write InputType CSV", *at, name)


def _batcher(state: State) -> Iterator[StateFinding]:
    batcher = state.body.get("ItemBatcher")
    if not isinstance(batcher, Mapping):
        return
    yield from object_findings(state, batcher, schema.BATCHER, ("ItemBatcher",))
    if not any(name in batcher for name in _BATCH_SIZES):
        message = "has no size; write MaxItemsPerBatch or MaxInputBytesPerBatch"
        yield state.finding("map-batcher", message, "ItemBatcher")
    for name in _BATCH_SIZES:
        if batcher.get(name) == 0:
            message = "is 0, a batch that nothing fits in; write at least 1"
            yield state.finding("map-batcher", message, "ItemBatcher", name, is_warning=True)


def _writer(state: State) -> Iterator[StateFinding]:
    writer = state.body.get("ResultWriter")
    if not isinstance(writer, Mapping):
        return
    yield from object_findings(state, writer, schema.WRITER, ("ResultWriter",))
    config = _object(writer.get("WriterConfig"))
    yield from object_findings(state, config, schema.WRITER_CONFIG, ("ResultWriter", "WriterConfig"))
    if "Resource" in writer and _action(writer["Resource"], schema.WRITER_ACTIONS) is None:
        message = f"is {writer['Resource']!r}; write arn:aws:states:::{schema.WRITER_ACTIONS[0]}"
        yield state.finding("map-writer", message, "ResultWriter", "Resource")
    if "Resource" in writer:
        # https://github.com/aws/aws-cdk/issues/33396
        yield from _request(state, writer, "map-writer", "ResultWriter")
    if not writer:
        message = "is empty; write Resource and a bucket, or WriterConfig"
        yield state.finding("map-writer", message, "ResultWriter")
    elif "Resource" not in writer and ("Parameters" in writer or "Arguments" in writer):
        message = f"is missing; write arn:aws:states:::{schema.WRITER_ACTIONS[0]}"
        yield state.finding("map-writer", message, "ResultWriter", "Resource")


def _request(state: State, holder: Mapping[str, Any], rule: str, field: str) -> Iterator[StateFinding]:
    """What is to be read or written where; one in the field of the other query language is said as that."""
    if "Parameters" not in holder and "Arguments" not in holder:
        name = "Arguments" if state.is_jsonata else "Parameters"
        yield state.finding(rule, "is missing; write an object with Bucket and what else S3 needs", field, name)


def _action(resource: Any, known: tuple[str, ...]) -> str | None:
    """The action that the ARN names; an unknown text counts as the first where it is known later only."""
    if is_token(resource) and not re.search(r":states:::[a-z0-9]+:\w+$", resource):
        return known[0]
    match = re.fullmatch(r"arn:[^:]+:states:::(.*)", resource) if isinstance(resource, str) else None
    return match[1] if match and match[1] in known else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) and not is_jsonata(value) else {}

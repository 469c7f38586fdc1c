"""The fields of the Amazon States Language as data: which stands where, in which query language, with which values.

Sources: https://states-language.net/spec.html, the pages of the states in the developer guide,
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html, and refusals that AWS is recorded to give:
https://github.com/floci-io/floci/issues/2735, /2968 and /3733.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "path", "flag", "whole", "number", "object", "list", "items", "template", "any"]
_MAX_SECONDS = 99_999_999


@dataclass(frozen=True)
class Field:
    """One field.

    Args:
        kind: What its value is; a path may be null, items are a list, an object or an expression.
        low: Smallest number.
        high: Largest number.
        values: Its only legal texts; none: any text.
        language: The query language it belongs to; none: both.
        takes_expression: Whether an expression of JSONata may stand for the value.
    """

    kind: Kind = "any"
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    language: str | None = None
    takes_expression: bool = False


TEXT = Field("text")
_PATH = Field("text", language="JSONPath")
_PATH_OR_NULL = Field("path", language="JSONPath")
_TEMPLATE = Field("template")
_SECONDS = Field("whole", 1, _MAX_SECONDS, takes_expression=True)
_EXPRESSION_TEXT = Field("text", takes_expression=True)

_COMMON: Mapping[str, Field] = {
    "Type": Field("text", values=("Task", "Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel", "Map")),
    "Comment": TEXT,
    "QueryLanguage": Field("text", values=("JSONPath", "JSONata")),
}
_INPUT_OUTPUT: Mapping[str, Field] = {
    "InputPath": _PATH_OR_NULL,
    "OutputPath": _PATH_OR_NULL,
    "Output": Field("any", language="JSONata"),
}
_ASSIGN: Mapping[str, Field] = {"Assign": Field("template")}
_NEXT: Mapping[str, Field] = {"Next": Field("any"), "End": Field("flag")}
_ERRORS: Mapping[str, Field] = {"Retry": Field("list"), "Catch": Field("list")}
_RESULT: Mapping[str, Field] = {"ResultPath": _PATH_OR_NULL, "Parameters": Field("any", language="JSONPath")}
_SELECTOR: Mapping[str, Field] = {"ResultSelector": Field("template", language="JSONPath")}
_ARGUMENTS: Mapping[str, Field] = {"Arguments": Field("template", language="JSONata")}
_STEP = {**_COMMON, **_INPUT_OUTPUT, **_ASSIGN, **_NEXT}

#: Fields of each type of state.
STATES: Mapping[str, Mapping[str, Field]] = {
    "Task": {
        **_STEP,
        **_ERRORS,
        **_RESULT,
        **_SELECTOR,
        **_ARGUMENTS,
        "Resource": TEXT,
        "Credentials": _TEMPLATE,
        "TimeoutSeconds": _SECONDS,
        "TimeoutSecondsPath": _PATH,
        "HeartbeatSeconds": _SECONDS,
        "HeartbeatSecondsPath": _PATH,
    },
    "Pass": {**_STEP, **_RESULT, "Result": Field("any", language="JSONPath")},
    "Wait": {
        **_STEP,
        "Seconds": Field("whole", 0, _MAX_SECONDS, takes_expression=True),
        "SecondsPath": _PATH,
        "Timestamp": _EXPRESSION_TEXT,
        "TimestampPath": _PATH,
    },
    "Choice": {**_COMMON, **_INPUT_OUTPUT, **_ASSIGN, "Choices": Field("list"), "Default": Field("any")},
    "Succeed": {**_COMMON, **_INPUT_OUTPUT},
    "Fail": {
        **_COMMON,
        "Error": _EXPRESSION_TEXT,
        "ErrorPath": _PATH,
        "Cause": _EXPRESSION_TEXT,
        "CausePath": _PATH,
    },
    "Parallel": {**_STEP, **_ERRORS, **_RESULT, **_SELECTOR, **_ARGUMENTS, "Branches": Field("list")},
    "Map": {
        **_STEP,
        **_ERRORS,
        **_RESULT,
        **_SELECTOR,
        "ItemProcessor": Field("object"),
        "Iterator": Field("object"),
        "Items": Field("items", language="JSONata"),
        "ItemsPath": _PATH,
        "ItemSelector": Field("template"),
        "ItemReader": Field("object"),
        "ItemBatcher": Field("object"),
        "ResultWriter": Field("object"),
        "Label": TEXT,
        "MaxConcurrency": Field("whole", 0, takes_expression=True),
        "MaxConcurrencyPath": _PATH,
        "ToleratedFailureCount": Field("whole", 0, takes_expression=True),
        "ToleratedFailureCountPath": _PATH,
        "ToleratedFailurePercentage": Field("number", 0, 100, takes_expression=True),
        "ToleratedFailurePercentagePath": _PATH,
    },
}

#: Fields that a type of state requires.
REQUIRED: Mapping[str, tuple[str, ...]] = {"Task": ("Resource",), "Choice": ("Choices",), "Parallel": ("Branches",)}
#: Fields of which a type of state requires one and no more.
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "Wait": (("Seconds", "Timestamp", "SecondsPath", "TimestampPath"),),
    "Map": (("ItemProcessor", "Iterator"),),
}
#: Fields that exclude each other wherever both are known.
NOT_BOTH: tuple[tuple[str, str], ...] = (
    *(
        (name, f"{name}Path")
        for name in (
            *("TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount", "Error", "Cause"),
            *("ToleratedFailurePercentage", "MaxItems", "MaxItemsPerBatch", "MaxInputBytesPerBatch"),
        )
    ),
    ("Items", "ItemsPath"),
    ("ItemSelector", "Parameters"),
)

MACHINE: Mapping[str, Field] = {
    "Comment": TEXT,
    "StartAt": Field("any"),
    "States": Field("object"),
    "Version": Field("text", values=("1.0",)),
    "TimeoutSeconds": Field("whole", 1, _MAX_SECONDS),
    "QueryLanguage": _COMMON["QueryLanguage"],
}
#: A branch, an ItemProcessor: QueryLanguage is refused there, https://github.com/floci-io/floci/issues/2968.
BRANCH: Mapping[str, Field] = {key: MACHINE[key] for key in ("Comment", "StartAt", "States")}
PROCESSOR: Mapping[str, Field] = {**BRANCH, "ProcessorConfig": Field("object")}
PROCESSOR_CONFIG: Mapping[str, Field] = {
    "Mode": Field("text", values=("INLINE", "DISTRIBUTED")),
    "ExecutionType": Field("text", values=("STANDARD", "EXPRESS")),
}

#: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: MaxDelaySeconds below 31622400.
RETRY: Mapping[str, Field] = {
    "Comment": TEXT,
    "ErrorEquals": Field("list"),
    "IntervalSeconds": Field("whole", 1, _MAX_SECONDS),
    "MaxAttempts": Field("whole", 0, _MAX_SECONDS),
    "BackoffRate": Field("number", 1),
    "MaxDelaySeconds": Field("whole", 1, 31_622_399),
    "JitterStrategy": Field("text", values=("FULL", "NONE")),
}
CATCH: Mapping[str, Field] = {
    "Comment": TEXT,
    "ErrorEquals": Field("list"),
    "Next": Field("any"),
    "ResultPath": _PATH_OR_NULL,
    "Assign": Field("template"),
    "Output": Field("any", language="JSONata"),
}

#: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
READER: Mapping[str, Field] = {
    "Resource": TEXT,
    "ReaderConfig": Field("object"),
    "Parameters": Field("object", language="JSONPath"),
    "Arguments": Field("template", language="JSONata"),
}
READER_CONFIG: Mapping[str, Field] = {
    "InputType": Field("text", values=("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
    "Transformation": Field("text", values=("NONE", "LOAD_AND_FLATTEN")),
    "ManifestType": Field("text", values=("ATHENA_DATA", "S3_INVENTORY")),
    "CSVHeaderLocation": Field("text", values=("FIRST_ROW", "GIVEN")),
    "CSVHeaders": Field("list"),
    "CSVDelimiter": Field("text", values=("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
    "ItemsPointer": TEXT,
    "MaxItems": Field("whole", 0, 100_000_000, takes_expression=True),
    "MaxItemsPath": _PATH,
}
READER_ACTIONS = ("s3:getObject", "s3:listObjectsV2")

#: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html; AWS refuses what is below 0,
#: https://github.com/floci-io/floci/issues/3733
BATCHER: Mapping[str, Field] = {
    "BatchInput": Field("template"),
    "MaxItemsPerBatch": Field("whole", 0, takes_expression=True),
    "MaxItemsPerBatchPath": _PATH,
    "MaxInputBytesPerBatch": Field("whole", 0, 262_144, takes_expression=True),
    "MaxInputBytesPerBatchPath": _PATH,
}

#: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
WRITER: Mapping[str, Field] = {
    "Resource": TEXT,
    "Parameters": Field("object", language="JSONPath"),
    "Arguments": Field("template", language="JSONata"),
    "WriterConfig": Field("object"),
}
WRITER_CONFIG: Mapping[str, Field] = {
    "Transformation": Field("text", values=("NONE", "COMPACT", "FLATTEN")),
    "OutputType": Field("text", values=("JSON", "JSONL")),
}
WRITER_ACTIONS = ("s3:putObject",)

#: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
ONLY_DISTRIBUTED = (
    *("ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount", "ToleratedFailureCountPath"),
    *("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)

#: Operators of a comparison in a Choice: what stands behind them.
OPERATORS: Mapping[str, str] = {
    **{
        f"{kind}{relation}": {"String": "text", "Numeric": "number", "Timestamp": "timestamp"}[kind]
        for kind in ("String", "Numeric", "Timestamp")
        for relation in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    },
    "BooleanEquals": "flag",
    "StringMatches": "text",
    **dict.fromkeys(("IsBoolean", "IsNull", "IsNumeric", "IsPresent", "IsString", "IsTimestamp"), "flag"),
}
OPERATORS_WITH_PATH = frozenset(
    f"{name}Path" for name in OPERATORS if name != "StringMatches" and not name.startswith("Is")
)

_HOLDERS: Mapping[str, Mapping[str, Field]] = {
    "ProcessorConfig": PROCESSOR_CONFIG,
    "Retry": RETRY,
    "Catch": CATCH,
    "ItemReader": READER,
    "ReaderConfig": READER_CONFIG,
    "ItemBatcher": BATCHER,
    "ResultWriter": WRITER,
    "WriterConfig": WRITER_CONFIG,
}
_OF_STATES: Mapping[str, Field] = {
    name: field for table in (MACHINE, *STATES.values()) for name, field in table.items()
}


def field_named(name: str, holder: str = "") -> Field | None:
    """A field by its name, which means the same in every type of state; None where there is none.

    Args:
        name: Its name.
        holder: The field that holds it, or the list with the object that does; none: a state or a machine does.
    """
    return _HOLDERS.get(holder, _OF_STATES).get(name)

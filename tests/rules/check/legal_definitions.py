"""Legal definitions that use every feature of the language, by name; no finding may come of any of them."""

from __future__ import annotations

from typing import Any

END: dict[str, Any] = {"Type": "Pass", "End": True}
INNER: dict[str, Any] = {"StartAt": "I", "States": {"I": END}}
ARN = "arn:aws:states:::"
DISTRIBUTED = {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
INVOKE = {"Type": "Task", "Resource": f"{ARN}lambda:invoke", "End": True}
READ = {"Resource": f"{ARN}s3:getObject", "Parameters": {"Bucket": "b", "Key.$": "$.key"}}
WRITE = {"Resource": f"{ARN}s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}


def _one(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": state}, **more}


def _jsonata(state: dict[str, Any]) -> dict[str, Any]:
    return _one(state, QueryLanguage="JSONata")


def _task(action: str, request: dict[str, Any]) -> dict[str, Any]:
    return _one({"Type": "Task", "Resource": f"{ARN}{action}", "Parameters": request, "End": True})


def _big_map(**fields: Any) -> dict[str, Any]:
    return _one({"Type": "Map", "ItemProcessor": DISTRIBUTED, "End": True, **fields})


def _choice(*rules: dict[str, Any]) -> dict[str, Any]:
    choices = [{**rule, "Next": "E"} for rule in rules]
    return {"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": choices, "Default": "E"}, "E": END}}


def _compare(**operator: Any) -> dict[str, Any]:
    return {"Variable": "$.v", **operator}


RETRY = {
    "ErrorEquals": ["Lambda.ServiceException", "Lambda.SdkClientException"],
    "IntervalSeconds": 1,
    "MaxAttempts": 0,
    "BackoffRate": 1.5,
    "MaxDelaySeconds": 31_622_399,
    "JitterStrategy": "FULL",
    "Comment": "why",
}
CATCH = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "F"}
FAIL_BY_PATH = {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "States.Format('{}', $.error.Cause)"}

LEGAL: dict[str, dict[str, Any]] = {
    "machine": _one(END, Comment="c", Version="1.0", TimeoutSeconds=99_999_999, QueryLanguage="JSONPath"),
    "pass": _one({**END, "InputPath": None, "OutputPath": "$", "ResultPath": None, "Result": [1, None]}),
    "pass with variables": _one({**END, "Parameters": {"a.$": "$$.State.Name"}, "Assign": {"x.$": "$.a", "y": 2}}),
    "wait seconds": _one({"Type": "Wait", "Seconds": 0, "End": True}),
    "wait path": _one({"Type": "Wait", "TimestampPath": "$.when", "End": True}),
    "wait time": _one({"Type": "Wait", "Timestamp": "2026-02-28T23:59:59.5+01:00", "End": True}),
    "fail": _one({"Type": "Fail"}),
    "retry and catch": {
        "StartAt": "S",
        "States": {
            "S": {**INVOKE, "Parameters": {"FunctionName": "f"}, "Retry": [RETRY], "Catch": [CATCH]},
            "F": FAIL_BY_PATH,
        },
    },
    "task with paths": _one(
        {
            **INVOKE,
            "Parameters": {"FunctionName": "f", "Payload.$": "$"},
            "TimeoutSecondsPath": "$.timeout",
            "HeartbeatSecondsPath": "$.beat",
            "ResultSelector": {"body.$": "$.Payload.body"},
            "Credentials": {"RoleArn.$": "$.role"},
        }
    ),
    "task of an activity": _one(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:eu-west-1:111122223333:activity:approve",
            "TimeoutSeconds": 300,
            "HeartbeatSeconds": 299,
            "End": True,
        }
    ),
    "parallel": _one(
        {
            "Type": "Parallel",
            "Branches": [INNER, {"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}],
            "ResultSelector": {"first.$": "$[0]"},
            "Retry": [RETRY],
            "End": True,
        }
    ),
    "choice by every operator": _choice(
        _compare(StringEquals=""),
        _compare(StringMatches="a*\\*"),
        _compare(NumericGreaterThanEqualsPath="$.w"),
        _compare(BooleanEqualsPath="$.w"),
        _compare(TimestampLessThan="2026-01-01T00:00:00Z"),
        _compare(IsPresent=False),
        {"Not": _compare(IsNull=True)},
        {"Or": [{"And": [_compare(IsNumeric=True), _compare(NumericEquals=-1.5)]}, _compare(IsString=True)]},
    ),
    "map": _one(
        {
            "Type": "Map",
            "ItemsPath": "$.items[?(@.on == true)]",
            "ItemSelector": {"item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
            "MaxConcurrencyPath": "$.n",
            "ItemProcessor": {**INNER, "ProcessorConfig": {"Mode": "INLINE"}},
            "End": True,
        }
    ),
    "map in its older form": _one({"Type": "Map", "Iterator": INNER, "Parameters": {"a.$": "$.a"}, "End": True}),
    "distributed map": _big_map(
        Label="label-1_a",
        MaxConcurrency=1000,
        ToleratedFailurePercentage=0.5,
        ToleratedFailureCountPath="$.n",
        ItemBatcher={"MaxItemsPerBatch": 10, "MaxInputBytesPerBatch": 262_144, "BatchInput": {"a.$": "$.a"}},
        ResultWriter={**WRITE, "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}},
    ),
    "reader of csv": _big_map(
        ItemReader={
            **READ,
            "ReaderConfig": {
                "InputType": "CSV",
                "CSVHeaderLocation": "GIVEN",
                "CSVHeaders": ["a"],
                "CSVDelimiter": "TAB",
                "MaxItemsPath": "$.most",
            },
        }
    ),
    "reader of json lines": _big_map(ItemReader={**READ, "ReaderConfig": {"InputType": "JSONL", "MaxItems": 5}}),
    "reader of parquet": _big_map(ItemReader={**READ, "ReaderConfig": {"InputType": "PARQUET"}}),
    "reader of an inventory": _big_map(
        ItemReader={**READ, "ReaderConfig": {"InputType": "MANIFEST", "ManifestType": "S3_INVENTORY"}}
    ),
    "reader of a pointer": _big_map(
        ItemReader={**READ, "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/a/items"}}
    ),
    "reader of keys": _big_map(
        ItemReader={"Resource": f"{ARN}s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "p"}}
    ),
    "writer without a bucket": _big_map(
        ResultWriter={"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}
    ),
    "intrinsic functions": _one(
        {
            **END,
            "Parameters": {
                "a.$": "States.ArrayGetItem(States.ArrayPartition(States.Array(1, 'b', null, true, $.c), 2), 0)",
                "b.$": "States.Format('\\{\\} it\\'s {} of {}', $.n, States.ArrayLength($.a[*]))",
                "c.$": "States.JsonMerge($.a, States.StringToJson($.b), false)",
                "d.$": "States.StringSplit(States.Base64Decode(States.Base64Encode('a,b')), ',')",
                "e.$": "States.MathAdd(States.MathRandom(1, 999, 7), -1)",
                "f.$": "States.ArrayContains(States.ArrayUnique(States.ArrayRange(1, 9, 2)), 3)",
                "g.$": "States.Hash(States.JsonToString($), 'SHA-512')",
                "h.$": "States.UUID()",
            },
        }
    ),
    "jsonata pass": _jsonata({**END, "Assign": {"größe": "{% 1 %}"}, "Output": "{% {'a': $states.input.a} %}"}),
    "jsonata task": _jsonata(
        {
            **INVOKE,
            "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"},
            "TimeoutSeconds": "{% $states.input.t %}",
            "HeartbeatSeconds": 5,
            "Credentials": {"RoleArn": "{% $states.input.role %}"},
            "Assign": {"status": "{% $states.result.StatusCode %}"},
            "Output": "{% $states.result.Payload %}",
            "Retry": [RETRY],
        }
    ),
    "jsonata arguments as a whole": _jsonata({**INVOKE, "Arguments": "{% $merge([$states.input, {'a': 1}]) %}"}),
    "jsonata wait": _jsonata({"Type": "Wait", "Timestamp": "{% $states.input.when %}", "End": True}),
    "jsonata fail": _jsonata({"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "text"}),
    "jsonata map": _jsonata(
        {
            "Type": "Map",
            "Items": "{% $states.input.items[on] %}",
            "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}"},
            "MaxConcurrency": "{% $states.input.n %}",
            "ItemProcessor": INNER,
            "Output": {"n": "{% $count($states.result) %}"},
            "End": True,
        }
    ),
    "jsonata items as they stand": _jsonata(
        {"Type": "Map", "Items": [1, "{% $states.input.a %}"], "ItemProcessor": INNER, "End": True}
    ),
    "jsonata distributed map": _jsonata(
        {
            "Type": "Map",
            "ItemProcessor": DISTRIBUTED,
            "ItemReader": {
                "Resource": f"{ARN}s3:getObject",
                "Arguments": {"Bucket": "{% $states.input.b %}", "Key": "k"},
                "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% $states.input.n %}"},
            },
            "ItemBatcher": {"MaxItemsPerBatch": "{% $states.input.n %}", "BatchInput": {"a": "{% $states.input.a %}"}},
            "ResultWriter": {"Resource": f"{ARN}s3:putObject", "Arguments": {"Bucket": "b"}},
            "ToleratedFailurePercentage": "{% $states.input.p %}",
            "End": True,
        }
    ),
    "jsonata choice": {
        "QueryLanguage": "JSONata",
        "StartAt": "C",
        "States": {
            "C": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Next": "E", "Assign": {"n": 1}, "Output": 1}],
                "Default": "E",
            },
            "E": {**END, "Output": "{% $n %}"},
        },
    },
    "one state of jsonata": _one({**END, "QueryLanguage": "JSONata", "Output": "{% $now() %}"}),
    "queue with a token": _task(
        "sqs:sendMessage.waitForTaskToken", {"QueueUrl": "u", "MessageBody": {"token.$": "$$.Task.Token"}}
    ),
    "nested execution": _task("states:startExecution.sync:2", {"StateMachineArn": "a", "Input": {"a.$": "$"}}),
    "container": _task("ecs:runTask.sync", {"Cluster": "c", "TaskDefinition": "t"}),
    "model of bedrock": _task("bedrock:invokeModel", {"ModelId": "m", "Body": {"prompt.$": "$.p"}}),
    "call over http": _task("http:invoke", {"Method": "GET", "ApiEndpoint": "https://a", "Authentication": {}}),
    "query of athena": _task("athena:startQueryExecution.sync", {"QueryString": "select 1"}),
    "sdk with json for a text": _task(
        "aws-sdk:sagemaker:createEdgePackagingJob",
        {
            "EdgePackagingJobName": "a",
            "CompilationJobName": "c",
            "ModelName": "m",
            "ModelVersion": "1",
            "RoleArn": "arn:aws:iam::111122223333:role/r",
            "OutputConfig": {"S3OutputLocation": "s3://b/o", "PresetDeploymentConfig": {"ComponentName": "x"}},
        },
    ),
    "loop with an end": {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Wait", "Seconds": 5, "Next": "B"},
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "C"},
            "C": {"Type": "Succeed"},
        },
    },
}

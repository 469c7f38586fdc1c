"""Distributed Map: items, batches, child executions, tolerated failures and results."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.stepfunctions.distributed.batches import batches
from local_aws.stepfunctions.distributed.formats import ReaderError, read_items

JSONATA = {"QueryLanguage": "JSONata"}
PASS = {"P": {"Type": "Pass", "End": True}}
# Items above 2 fail.
SOME_FAIL = {
    "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericGreaterThan": 2, "Next": "F"}], "Default": "P"},
    "F": {"Type": "Fail", "Error": "TooLarge", "Cause": "above 2"},
    **PASS,
}


def distributed(states: dict[str, Any], kind: str = "STANDARD", **fields: Any) -> dict[str, Any]:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    processor = {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


def reader(bucket: str, key: str, **config: Any) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": config,
        "Parameters": {"Bucket": bucket, "Key": key},
    }


class Runs:
    """Runs one Map state."""

    def __init__(self, machines: Any, allow: Any) -> None:
        self.machines, self.client = machines, machines.client
        self.role = machines.role(allow(["s3:*", "states:StartExecution"]))

    def run(self, state: dict[str, Any], given: Any = None, **more: Any) -> dict[str, Any]:
        states = {"M": state, "Caught": {"Type": "Pass", "End": True}} if "Catch" in state else {"M": state}
        machine = self.machines.create(states, role=self.role, **more)
        started = self.client.start_execution(stateMachineArn=machine, input=json.dumps(given if given else []))
        description: dict[str, Any] = self.machines.wait(started["executionArn"])
        return description

    def output(self, state: dict[str, Any], given: Any = None, **more: Any) -> Any:
        description = self.run(state, given, **more)
        assert description["status"] == "SUCCEEDED", description
        return json.loads(description["output"])

    def map_run(self, execution: str) -> dict[str, Any]:
        [listed] = self.client.list_map_runs(executionArn=execution)["mapRuns"]
        run: dict[str, Any] = self.client.describe_map_run(mapRunArn=listed["mapRunArn"])
        return run


@pytest.fixture(scope="module")
def runs(machines: Any) -> Runs:
    return Runs(machines, lambda action: {"Effect": "Allow", "Action": action, "Resource": "*"})


@pytest.mark.parametrize(
    ("tolerance", "given", "ends"),
    [
        ({}, [1, 2], "SUCCEEDED"),
        ({}, [1, 3], "FAILED"),
        ({"ToleratedFailureCount": 1}, [1, 2, 3], "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, [1, 3, 3], "FAILED"),
        ({"ToleratedFailurePercentage": 50}, [1, 3], "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49.9}, [1, 3], "FAILED"),
        # Each of the two is a limit.
        ({"ToleratedFailureCount": 2, "ToleratedFailurePercentage": 10}, [1, 3], "FAILED"),
    ],
)
def test_a_run_fails_when_more_fails_than_is_tolerated(
    runs: Runs, tolerance: dict[str, Any], given: list[int], ends: str
) -> None:
    ended = runs.run(distributed(SOME_FAIL, **tolerance), given)
    assert ended["status"] == ends
    if ends == "FAILED":
        assert ended["error"] == "States.ExceedToleratedFailureThreshold"
        assert ended["cause"] == "The specified tolerated failure threshold was exceeded"
    else:
        # One result for each child that has succeeded: https://github.com/floci-io/floci/pull/3605
        assert json.loads(ended["output"]) == [each for each in given if each <= 2]


def test_tolerance_may_come_from_the_input(runs: Runs) -> None:
    state = distributed(SOME_FAIL, ItemsPath="$.items", ToleratedFailureCountPath="$.most", MaxConcurrencyPath="$.once")
    assert runs.output(state, {"items": [1, 3], "most": 1, "once": 1}) == [1]
    ended = runs.run(state, {"items": [1], "most": "many", "once": 1})
    assert ended["error"] == "States.Runtime"
    assert 'refers to value "many" which is not a valid integer' in ended["cause"]


@pytest.mark.parametrize("name", ["States.ExceedToleratedFailureThreshold", "States.ALL", "States.TaskFailed"])
def test_the_failure_of_a_run_is_caught(runs: Runs, name: str) -> None:
    state = distributed(SOME_FAIL, Catch=[{"ErrorEquals": [name], "Next": "Caught"}])
    assert runs.output(state, [3])["Error"] == "States.ExceedToleratedFailureThreshold"


def test_the_api_tells_of_runs_and_their_children(runs: Runs) -> None:
    execution = runs.run(distributed(SOME_FAIL, Label="items", ToleratedFailureCount=5), [1, 2, 3])["executionArn"]
    run = runs.map_run(execution)
    assert ":mapRun:" in run["mapRunArn"]
    assert "/items:" in run["mapRunArn"]
    assert (run["status"], run["toleratedFailureCount"]) == ("SUCCEEDED", 5)
    assert {key: value for key, value in run["itemCounts"].items() if value} == {
        "succeeded": 2,
        "failed": 1,
        "total": 3,
    }
    listed = runs.client.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert sorted(each["status"] for each in listed) == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    [failed] = runs.client.list_executions(mapRunArn=run["mapRunArn"], statusFilter="FAILED")["executions"]
    child = runs.client.describe_execution(executionArn=failed["executionArn"])
    assert (child["input"], child["error"], child["mapRunArn"]) == ("3", "TooLarge", run["mapRunArn"])
    history = runs.client.get_execution_history(executionArn=failed["executionArn"])["events"]
    assert history[-1]["type"] == "ExecutionFailed"
    kinds = [each["type"] for each in runs.client.get_execution_history(executionArn=execution)["events"]]
    assert kinds[1:-1] == [
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
    ]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        runs.client.list_executions(mapRunArn=run["mapRunArn"] + "x")


def test_a_selector_sees_item_and_index_in_both_languages(runs: Runs) -> None:
    fields = {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "all.$": "States.ArrayLength($)"}
    assert runs.output(distributed(PASS, ItemSelector=fields), ["a", "b"]) == [
        {"v": "a", "i": 0, "all": 2},
        {"v": "b", "i": 1, "all": 2},
    ]
    expressions = {"v": "{% $states.context.Map.Item.Value * 2 %}", "all": "{% $states.input.n %}"}
    state = distributed(PASS, "EXPRESS", ItemSelector=expressions, Items="{% $states.input.items %}")
    assert runs.output(state, {"items": [1, 2], "n": 7}, top=JSONATA) == [{"v": 2, "all": 7}, {"v": 4, "all": 7}]


def test_items_come_from_s3_in_batches_and_results_go_there(runs: Runs, aws: LocalAws, bucket: str) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key="items.csv", Body="id;name\n1;a\n2;b\n3;c\n")
    csv = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "SEMICOLON", "MaxItems": 3}
    state = distributed(
        PASS,
        ItemReader=reader(bucket, "items.csv", **csv),
        ItemBatcher={"MaxItemsPerBatch": 2, "BatchInput": {"run.$": "$.run"}},
        ResultWriter={
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": bucket, "Prefix": "results/"},
        },
    )
    written = runs.output(state, {"run": 7})
    where = written["ResultWriterDetails"]
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=where["Key"])["Body"].read())
    assert where["Key"].startswith("results/")
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == (bucket, written["MapRunArn"])
    [file] = manifest["ResultFiles"]["SUCCEEDED"]
    results = json.loads(s3.get_object(Bucket=bucket, Key=file["Key"])["Body"].read())
    assert [json.loads(each["Output"]) for each in results] == [
        {"BatchInput": {"run": 7}, "Items": [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]},
        {"BatchInput": {"run": 7}, "Items": [{"id": "3", "name": "c"}]},
    ]


def test_the_objects_of_a_prefix_are_items(runs: Runs, aws: LocalAws, bucket: str) -> None:
    s3 = aws.client("s3")
    for key in ("in/1.jsonl", "in/2.jsonl"):
        s3.put_object(Bucket=bucket, Key=key, Body=f'{{"of": "{key}"}}\n')
    source: dict[str, Any] = {"Resource": "arn:aws:states:::s3:listObjectsV2"}
    source["Parameters"] = {"Bucket": bucket, "Prefix": "in/"}
    listed = runs.output(distributed(PASS, ItemReader=source))
    assert [(each["Key"], each["Size"]) for each in listed] == [("in/1.jsonl", 21), ("in/2.jsonl", 21)]


def test_an_inventory_is_read_by_its_manifest(runs: Runs, aws: LocalAws, bucket: str) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key="data/1.csv.gz", Body=gzip.compress(b'"b","k1","5"\n"b","k2","6"\n'))
    manifest = {
        "destinationBucket": f"arn:aws:s3:::{bucket}",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "data/1.csv.gz"}],
    }
    s3.put_object(Bucket=bucket, Key="manifest.json", Body=json.dumps(manifest))
    found = runs.output(distributed(PASS, ItemReader=reader(bucket, "manifest.json", InputType="MANIFEST")))
    assert found == [{"Bucket": "b", "Key": "k1", "Size": "5"}, {"Bucket": "b", "Key": "k2", "Size": "6"}]


def test_what_cannot_be_read_fails_as_item_reader(runs: Runs, bucket: str) -> None:
    ended = runs.run(distributed(PASS, ItemReader=reader(bucket, "none.json", InputType="JSON")))
    assert ended["error"] == "States.ItemReaderFailed"
    assert "NoSuchKey" in ended["cause"]


def test_the_role_must_be_allowed_to_start_children(machines: Any, allow: Any) -> None:
    states = {"A": {"Type": "Pass", "Result": [1], "Next": "M"}, "M": distributed(PASS)}
    refused = machines.run(states, allow("s3:*"))
    assert refused["error"] == "States.Permissions"
    assert "is not authorized to perform: states:StartExecution" in refused["cause"]


def test_a_stopped_execution_stops_its_children(runs: Runs) -> None:
    waiting = {"W": {"Type": "Wait", "Seconds": 60, "End": True}}
    machine = runs.machines.create({"M": distributed(waiting)}, role=runs.role)
    execution = runs.client.start_execution(stateMachineArn=machine, input="[1, 2]")["executionArn"]
    while not (listed := runs.client.list_map_runs(executionArn=execution)["mapRuns"]) or (
        runs.client.describe_map_run(mapRunArn=listed[0]["mapRunArn"])["executionCounts"]["running"] < 2
    ):
        pass
    runs.client.stop_execution(executionArn=execution)
    assert runs.machines.wait(execution)["status"] == "ABORTED"
    children = runs.client.list_executions(mapRunArn=listed[0]["mapRunArn"])["executions"]
    for each in children:
        assert runs.machines.wait(each["executionArn"])["status"] == "ABORTED"


@pytest.mark.parametrize(
    ("content", "config", "items"),
    [
        ("a,b\n1,2\n3\n", {"InputType": "CSV"}, [{"a": "1", "b": "2"}, {"a": "3", "b": ""}]),
        ('a\tb\n"x\ty"\t2\n', {"InputType": "CSV", "CSVDelimiter": "TAB"}, [{"a": "x\ty", "b": "2"}]),
        (
            "1|2\n",
            {"InputType": "CSV", "CSVDelimiter": "PIPE", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"]},
            [{"a": "1", "b": "2"}],
        ),
        ("\ufeffa\n1\n", {"InputType": "CSV"}, [{"a": "1"}]),
        ("", {"InputType": "CSV"}, []),
        ("[1, {}]", {"InputType": "JSON"}, [1, {}]),
        ('{"a": {"b/c": [1]}}', {"InputType": "JSON", "ItemsPointer": "/a/b~1c"}, [1]),
        ('{"a": 1}\n\n{"a": 2}\n', {"InputType": "JSONL"}, [{"a": 1}, {"a": 2}]),
    ],
)
def test_formats(content: str, config: dict[str, Any], items: list[Any]) -> None:
    assert read_items("key", content.encode(), config) == items
    assert read_items("key.gz", gzip.compress(content.encode()), config) == items


def test_parquet_has_rows() -> None:
    import pyarrow
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"a": [1, 2], "b": ["x", None]}), sink)
    assert read_items("key", sink.getvalue(), {"InputType": "PARQUET"}) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


@pytest.mark.parametrize(
    ("content", "config", "told"),
    [
        ("a,a\n1,2\n", {"InputType": "CSV"}, "CSV headers cannot contain duplicates."),
        ('{"a": 1}', {"InputType": "JSON"}, "Attempting to map over non-iterable node."),
        ("{", {"InputType": "JSON"}, "The file is not JSON"),
        ("{}", {"InputType": "JSON", "ItemsPointer": "/a"}, "ItemsPointer /a points to nothing."),
        ("1\n{", {"InputType": "JSONL"}, "A line is not JSON"),
        ("x", {"InputType": "PARQUET"}, "The file is not Parquet"),
    ],
)
def test_what_is_not_of_its_format_is_told(content: str, config: dict[str, Any], told: str) -> None:
    with pytest.raises(ReaderError, match=told.replace(".", r"\.")):
        read_items("key", content.encode(), config)


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        ({"max_items": 2, "max_bytes": None}, [2, 2, 1]),
        # {"Items":[0,0]} has 15 bytes.
        ({"max_items": None, "max_bytes": 15}, [2, 2, 1]),
        ({"max_items": None, "max_bytes": 14}, [1, 1, 1, 1, 1]),
        ({"max_items": 3, "max_bytes": 1000}, [3, 2]),
    ],
)
def test_batches_keep_both_limits(limits: dict[str, Any], sizes: list[int]) -> None:
    found = batches([0] * 5, batch_input=None, **limits)
    assert [size for _, size in found] == sizes
    assert all(len(document["Items"]) == size for document, size in found)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "MANIFEST", "ManifestType": "ATHENA_DATA"},
            },
            "NotSupportedLocally.*manifests of Athena",
        ),
        ({"Resource": "arn:aws:states:::dynamodb:scan"}, "InvalidDefinition.*dynamodb:scan"),
    ],
)
def test_what_is_not_here_is_refused_by_name_at_creation(runs: Runs, fields: dict[str, Any], told: str) -> None:
    source = {"Parameters": {"Bucket": "b", "Key": "k"}, **fields}
    with pytest.raises(ClientError, match=told):
        runs.machines.create({"M": distributed(PASS, ItemReader=source)}, role=runs.role)

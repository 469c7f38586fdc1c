"""``DataProcessing`` of batch transform: filters and joins, as AWS documents them."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.data_processing import DataProcessing, DataProcessingError
from local_aws.sagemaker.record_filters import FilterError, RecordFilter
from local_aws.sagemaker.support import check_supported

ROW = ["id", "1", "2", "3", "4"]
DOCUMENT: dict[str, Any] = {"id": 7, "features": [1, 2, 3], "deep": {"a": {"x": 1}, "b": {"x": 2}}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", ROW),
        ("$[1:]", ["1", "2", "3", "4"]),
        ("$[:-1]", ["id", "1", "2", "3"]),
        ("$[1:3]", ["1", "2"]),
        ("$[0,-1]", ["id", "4"]),
        ("$[ 0 , 3: ]", ["id", "3", "4"]),
        ("$[*]", ROW),
        ("$[4]", ["4"]),
        ("$[9:]", []),
    ],
)
def test_columns_are_selected_by_their_indices(path: str, expected: list[str]) -> None:
    assert RecordFilter(path).row(ROW) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", DOCUMENT),
        ("$.features", [1, 2, 3]),
        ("$['features']", [1, 2, 3]),
        ("$.features[1]", 2),
        ("$.features[0,-1]", [1, 3]),
        ("$.features[1:]", [2, 3]),
        ("$['id','features']", {"id": 7, "features": [1, 2, 3]}),
        ("$.deep.['a','b']", {"a": {"x": 1}, "b": {"x": 2}}),
        ("$.deep.*", [{"x": 1}, {"x": 2}]),
        ("$.deep.*.x", [1, 2]),
        ("$.deep['a','b'].x", [1, 2]),
    ],
)
def test_attributes_are_selected_by_their_names(path: str, expected: Any) -> None:
    assert RecordFilter(path).value(DOCUMENT) == expected


@pytest.mark.parametrize("path", ["features", "$..x", "$[?(@.x)]", "$.a.length()", "$[0:2,3:]", "$['a]"])
def test_what_is_not_documented_is_no_filter(path: str) -> None:
    with pytest.raises(FilterError):
        RecordFilter(path)


@pytest.mark.parametrize("path", ["$[5]", "$[0,-6]", "$.nothing", "$['id','nothing']", "$.id[0]"])
def test_a_filter_that_selects_what_is_not_there_is_an_error(path: str) -> None:
    with pytest.raises(FilterError):
        RecordFilter(path).value(ROW if path.startswith("$[") and "'" not in path else DOCUMENT)


def request(
    content_type: str = "text/csv", accept: str | None = "text/csv", split: str = "Line", **processing: str
) -> dict[str, Any]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in/"}}
    return {
        "TransformJobName": "a",
        "ModelName": "m",
        "TransformInput": {"DataSource": source, "ContentType": content_type, "SplitType": split},
        "TransformOutput": {"S3OutputPath": "s3://b/out", "AssembleWith": split, "Accept": accept},
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
        "DataProcessing": processing,
    }


def written(given: dict[str, Any], lines: list[str], answer: str, kind: str | None = None) -> tuple[list[str], str]:
    """What the model gets, and what is written for its answer."""
    processing = DataProcessing.of(given)
    assert processing is not None
    records = [processing.record(line.encode()) for line in lines]
    output = processing.outputs(records, answer.encode(), kind)
    return [each.body.decode() for each in records], "|".join(each.decode() for each in output)


JSON_LINES = {"content_type": "application/jsonlines", "accept": "application/jsonlines"}
JOINED = {"JoinSource": "Input"}


@pytest.mark.parametrize(
    ("given", "lines", "answer", "bodies", "output"),
    [
        # The documentation's own examples, with other values.
        (
            request(InputFilter="$[1:]", OutputFilter="$[0,-1]", **JOINED),
            ["u1,5,6", '"u,2",7,8'],
            "0.1\n0.9\n",
            ["5,6", "7,8"],
            'u1,0.1|"u,2",0.9',
        ),
        (request(**JOINED), ["1,2,3"], "1", ["1,2,3"], "1,2,3,1"),
        (request(InputFilter="$[1:]"), ["u1,5", "u2,6"], "0.1\n0.9\n", ["5", "6"], "0.1\n0.9\n"),
        (request(OutputFilter="$[0]"), ["5", "6"], "0.1,a\n0.9,b", ["5", "6"], "0.1|0.9"),
        (
            request(**JSON_LINES, InputFilter="$.features", OutputFilter="$['id','SageMakerOutput']", **JOINED),
            ['{"id":1,"features":[2,3]}', '{"id":2,"features":[4,5]}'],
            '{"label":1}\n{"label":0}\n',
            ["[2,3]", "[4,5]"],
            '{"id":1,"SageMakerOutput":{"label":1}}|{"id":2,"SageMakerOutput":{"label":0}}',
        ),
        (
            request(**JSON_LINES, **JOINED),
            ["[1,2]"],
            "0.5",
            ["[1,2]"],
            '{"SageMakerInput":[1,2],"SageMakerOutput":0.5}',
        ),
        (
            request("application/json", "application/json", "None", **JOINED),
            ['{\n "key": 1\n}'],
            '{\n "label": 1\n}\n',
            ['{\n "key": 1\n}'],
            '{"key":1,"SageMakerOutput":{"label":1}}',
        ),
        (request(accept="application/json", OutputFilter="$['class']"), ["1,2"], '{"class":"b"}', ["1,2"], '"b"'),
    ],
)
def test_records_are_filtered_and_joined(
    given: dict[str, Any], lines: list[str], answer: str, bodies: list[str], output: str
) -> None:
    check_supported("CreateTransformJob", given)
    assert written(given, lines, answer) == (bodies, output)


def test_the_format_of_the_answer_is_that_of_the_container_where_the_request_says_nothing() -> None:
    given = request(accept=None, **JOINED)
    assert written(given, ["a,1"], "0.5", "text/csv; charset=utf-8")[1] == "a,1,0.5"
    with pytest.raises(DataProcessingError, match="answered text/csv with application/json"):
        written(given, ["a,1"], "[0.5]", "application/json")


@pytest.mark.parametrize(
    ("given", "lines", "answer", "message"),
    [
        (request(**JOINED), ["1", "2"], "0.5,0.7", "answered 2 records with 1"),
        (request(InputFilter="$[3]"), ["1,2"], "", "index 3 is not within the 2 elements"),
        (request(**JSON_LINES, InputFilter="$.x"), ["1,2"], "", "the input is not JSON"),
        (request(**JSON_LINES, OutputFilter="$.x"), ["1"], '{"y":1}', "there is no 'x'"),
    ],
)
def test_a_record_that_does_not_fit_is_an_error(
    given: dict[str, Any], lines: list[str], answer: str, message: str
) -> None:
    with pytest.raises(DataProcessingError, match=message):
        written(given, lines, answer)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (request(InputFilter="$..x"), r"DataProcessing.InputFilter = \$..x has '..x'"),
        (request(InputFilter="$.x"), "selects by name"),
        (request(OutputFilter="$[0]['a']"), "selects by name"),
        (request("application/x-parquet", **JOINED), "ContentType = application/x-parquet: write one of text/csv"),
        (request(accept="application/json", **JOINED), "joins text/csv with application/json"),
        (request(split="None", **JOINED), "split and assembled by Line; SplitType is None"),
        (
            request("application/jsonlines", "application/json", "None", **JOINED),
            "jsonlines is split by Line",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(NotSupportedLocallyError, match=message):
        check_supported("CreateTransformJob", given)


def test_the_defaults_leave_records_as_they_are() -> None:
    assert DataProcessing.of(request(InputFilter="$", OutputFilter="$", JoinSource="None")) is None

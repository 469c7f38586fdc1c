"""Intrinsic functions: each example of AWS's page, escapes, rounding, and what fails.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from local_aws.stepfunctions.intrinsics import IntrinsicError, IntrinsicSyntaxError, evaluate, parse
from local_aws.stepfunctions.paths import JsonPath


def value_of(text: str, **data: Any) -> Any:
    return evaluate(parse(text), lambda path: JsonPath(path).read(data))


NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("States.Array($.Id)", {"Id": 123456}, [123456]),
        ("States.ArrayPartition($.inputArray,4)", {"inputArray": NUMBERS}, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
        ("States.ArrayContains($.inputArray, $.lookingFor)", {"inputArray": NUMBERS, "lookingFor": 5}, True),
        ("States.ArrayRange(1, 9, 2)", {}, [1, 3, 5, 7, 9]),
        ("States.ArrayGetItem($.inputArray, $.index)", {"inputArray": NUMBERS, "index": 5}, 6),
        ("States.ArrayLength($.inputArray)", {"inputArray": NUMBERS}, 9),
        ("States.ArrayUnique($.inputArray)", {"inputArray": [1, 2, 3, 3, 3, 3, 3, 3, 4]}, [1, 2, 3, 4]),
        ("States.Base64Encode($.input)", {"input": "Data to encode"}, "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode($.base64)", {"base64": "RGF0YSB0byBlbmNvZGU="}, "Data to encode"),
        (
            "States.Hash($.Data, $.Algorithm)",
            {"Data": "input data", "Algorithm": "SHA-1"},
            "aaff4a450a104cd177d28d18d74485e8cae074b7",
        ),
        (
            "States.JsonMerge($.json1, $.json2, false)",
            {"json1": {"a": {"a1": 1, "a2": 2}, "b": 2}, "json2": {"a": {"a3": 1, "a4": 2}, "c": 3}},
            {"a": {"a3": 1, "a4": 2}, "b": 2, "c": 3},
        ),
        ("States.StringToJson($.escaped)", {"escaped": '{"foo": "bar"}'}, {"foo": "bar"}),
        ("States.JsonToString($.un)", {"un": {"foo": "bar", "n": [1, 2]}}, '{"foo":"bar","n":[1,2]}'),
        ("States.MathAdd($.value1, $.step)", {"value1": 111, "step": -1}, 110),
        ("States.StringSplit($.inputString, $.splitter)", {"inputString": "1,2,3,4,5", "splitter": ","}, list("12345")),
        (
            "States.StringSplit($.inputString, $.splitter)",
            {"inputString": "This.is+a,test=string", "splitter": ".+,="},
            ["This", "is", "a", "test", "string"],
        ),
        ("States.Format('Hello, my name is {}.', $.name)", {"name": "Arnav"}, "Hello, my name is Arnav."),
        ("States.Format($.template, $.name)", {"template": "Hello, {}.", "name": "Arnav"}, "Hello, Arnav."),
        (
            "States.Format('{}.{}', States.ArrayGetItem(States.StringSplit($.arn, '/'), 1), 'x')",
            {"arn": "a/b/c"},
            "b.x",
        ),
    ],
)
def test_documented_examples_have_the_documented_result(text: str, data: dict[str, Any], value: Any) -> None:
    assert value_of(text, **data) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"States.Format('it\'s {}', 'q')", "it's q"),
        (r"States.Format('\{\} and {}', 1)", "{} and 1"),
        (r"States.Format('a\\b')", "a\\b"),
        (r"States.Format('{a} {}', 1)", "{a} 1"),
        ("States.Format('no braces')", "no braces"),
        ("States.Format('{}, {}', 'a, (b', ')')", "a, (b, )"),
        ("  States.Format( '{}' ,  true )  ", "true"),
        ("States.Format('say \"{}\"', 'no')", 'say "no"'),
        ("States.Format('ünï {}', 'ç')", "ünï ç"),
    ],
)
def test_texts_are_what_they_say_when_their_escapes_are_decoded(text: str, value: Any) -> None:
    assert value_of(text) == value


# Recorded on AWS by localstack (tests/aws/services/stepfunctions/v2/intrinsic_functions).
@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("States.Format('{}', $.x)", {"x": {"Arg1": 1, "Arg2": []}}, "{Arg1=1, Arg2=[]}"),
        ("States.Format('{}', $.x)", {"x": None}, "null"),
        ("States.Format('{}', $.x)", {"x": 1.1}, "1.1"),
        ("States.MathAdd($.x, 1.5)", {"x": 1.49}, 3),
        ("States.MathAdd($.x, -1.5)", {"x": -1.49}, -2),
        ("States.MathAdd(-2.5, 0)", {}, -2),
        ("States.MathAdd(0.5, 0)", {}, 1),
        ("States.StringToJson('')", {}, None),
        ("States.StringSplit(', , ,', ',')", {}, [" ", " "]),
        ("States.ArrayContains($.x, true)", {"x": [1]}, False),
        ("States.ArrayRange(0, 10, 3)", {}, [0, 3, 6, 9]),
        ("States.ArrayRange(3, 1, -1)", {}, [3, 2, 1]),
        ("States.Array()", {}, []),
    ],
)
def test_values_are_those_of_aws_where_the_page_is_silent(text: str, data: dict[str, Any], value: Any) -> None:
    assert value_of(text, **data) == value


def test_ones_that_are_equal_only_in_python_stay_apart() -> None:
    assert value_of("States.ArrayUnique($.x)", x=[1, True, 1.0, "1", 1]) == [1, True, 1.0, "1"]


def test_random_numbers_lie_between_the_bounds() -> None:
    assert {value_of("States.MathRandom(1, 3)") for _ in range(50)} == {1, 2}
    assert value_of("States.MathRandom(0, 999, 3)") == value_of("States.MathRandom(0, 999, 3)")


def test_uuids_are_of_version_4() -> None:
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", value_of("States.UUID()")
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("States.ArrayGetItem($.a, 3)", "States.ArrayGetItem: the array has 2 items, none at index 3"),
        ("States.ArrayGetItem($.a, -1)", "none at index -1"),
        ("States.ArrayLength('a')", '"a" is not an array'),
        ("States.ArrayPartition($.a, 0)", "the chunk size is 0"),
        ("States.ArrayRange(1, 5000, 1)", "gives 5000 items, at most 1000"),
        ("States.ArrayRange(1, 5, 0)", "the increment is 0"),
        ("States.Hash('a', 'SHA1')", "'SHA1' is not an algorithm"),
        ("States.Base64Decode('!')", "the text is not Base64"),
        ("States.JsonMerge($.o, $.o, true)", "merges the top level only"),
        ("States.JsonMerge($.a, $.o, false)", "merges two objects only"),
        ("States.StringToJson('{')", "the text is not JSON"),
        ("States.MathAdd('1', 2)", '"1" is not a number'),
        ("States.MathAdd(2147483647, 1)", "is not from"),
        ("States.MathAdd(1)", "takes 2 arguments, not 1"),
        ("States.MathRandom(5, 1)", "is not below the end"),
        ("States.Format('{} {}', 1)", "the template has 2 times {}, and there are 1 arguments"),
        ("States.Format(1)", "1 is not a text"),
        ("States.UUID(1)", "takes 0 arguments, not 1"),
    ],
)
def test_a_call_that_fails_names_its_function_and_why(text: str, told: str) -> None:
    with pytest.raises(IntrinsicError) as failed:
        value_of(text, a=[1, 2], o={})
    assert told in str(failed.value)
    assert str(failed.value).startswith(text.partition("(")[0])


@pytest.mark.parametrize(
    "text",
    [
        "States.Nothing()",
        "States.Format('a'",
        "States.Format('a)",
        "Format('a')",
        "States.UUID() x",
        "States.Array(1 2)",
    ],
)
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(IntrinsicSyntaxError):
        parse(text)

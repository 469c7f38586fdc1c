"""Paths and intrinsic functions in states: what Step Functions takes passes; each mistake is found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sagemaker_rules.check import StateFinding, check_definition
from sagemaker_rules.check.expression_rules import EXPRESSION_RULES
from sagemaker_rules.check.expressions import FUNCTIONS, Call, Literal, parse
from sagemaker_rules.check.intrinsic_calls import format_pieces

RULES = {"query-language", *(rule.id for rule in EXPRESSION_RULES)}


def machine(**state: Any) -> dict[str, Any]:
    """One state, and one before it that assigns variables."""
    first = {"Type": "Pass", "Assign": {"rate.$": "$.rate", "names": ["a"], "größe": 2}, "Next": "State"}
    return {"StartAt": "First", "States": {"First": first, "State": {"Type": "Pass", "End": True, **state}}}


def found(definition: dict[str, Any]) -> list[StateFinding]:
    return [each for each in check_definition(definition) if each.rule in RULES]


def of_value(text: str) -> list[StateFinding]:
    """What is said of an expression in the Parameters of a Pass state."""
    return found(machine(Parameters={"v.$": text}))


#: The documented examples, and what people write of them.
LEGAL = [
    *("States.Array()", "States.Array($.Id)", "States.Array('a, b', 1, -2.5, null, true, $.x, States.UUID())"),
    *("States.ArrayPartition($.inputArray, 4)", "States.ArrayPartition(States.Array(1, 2), $.size)"),
    *("States.ArrayContains($.inputArray, $.lookingFor)", "States.ArrayContains(States.Array('a'), 'a')"),
    *("States.ArrayRange(1, 9, 2)", "States.ArrayRange($.a, $.b, -1)"),
    *("States.ArrayGetItem($.inputArray, $.index)", "States.ArrayGetItem($.a[?(@.b == 'x')].c, 0)"),
    *("States.ArrayGetItem(States.StringSplit($.arn, ':'), 5)", "States.ArrayLength($.inputArray)"),
    *("States.ArrayLength($.a[*])", "States.ArrayUnique($.inputArray)", "States.Base64Encode($.input)"),
    *("States.Base64Encode('Data to encode')", "States.Base64Decode($.base64)", "States.Hash($.Data, $.Algorithm)"),
    *("States.Hash('input data', 'SHA-1')", "States.Hash($, 'SHA-512')", "States.Hash($.a[*], 'MD5')"),
    *("States.JsonMerge($.json1, $.json2, false)", "States.StringToJson($.escapedJsonString)"),
    *(
        "States.JsonMerge($, States.StringToJson('{\"a\": [1]}'), false)",
        "States.StringToJson(States.Format('{}', $.a))",
    ),
    *("States.JsonToString($.unescapedJson)", "States.JsonToString($)", "States.MathRandom($.start, $.end)"),
    *("States.MathRandom(1, 999)", "States.MathRandom(1, 999, 42)", "States.MathAdd($.value1, $.step)"),
    *(
        "States.MathAdd($.n, -1)",
        "States.MathAdd($$.State.RetryCount, 1)",
        "States.StringSplit($.inputString, $.splitter)",
    ),
    *("States.StringSplit('a.b+c', '.+')", "States.UUID()", "States.UUID( )", "States.Format('no place')"),
    *(
        "States.Format('Hello, my name is {}.', $.name)",
        "States.Format($.template, $.name)",
        "States.Format('{}{}', 1, $.b)",
    ),
    *("States.Format('it\\'s {}', $.x)", "States.Format('\\{\"a\": {}\\}', $.x)", "States.Format('C:\\\\{}', $.x)"),
    *(
        "States.Format('{}', States.ArrayLength($.a))",
        "States.Format('größe {} 𝄞', $größe)",
        "States.Format('a\nb{}', $.x)",
    ),
    "States.Format('{}.{}', States.ArrayGetItem(States.StringSplit(States.ArrayGetItem(States.StringSplit("
    "$.ImageRecipe.Arn, '/'), 2), '.'), 0), States.ArrayGetItem(States.StringSplit(States.ArrayGetItem("
    "States.StringSplit($.ImageRecipe.Arn, '/'), 2), '.'), 1))",
    *("$", "$$", "$.a", "$.a.b[0].c", "$['a-b']['c d']", "$.a-b", "$..b", "$.*", "$.a[*].b", "$.a[-1]", "$.a[-1:]"),
    *("$.a[:2]", "$.a[1:3]", "$.a[0,1]", "$['a','b']", "$.a[?(@.b == 'x)')].c", "$.a[?(@.b=='a=b' && @.c != 1)]"),
    *("$.a[?(@.b =~ /x=y.*/i)]", "$.a[?(@.b in ['x', 'y'])]", "$.a[?(@.b)]", "$.a.length()", "$.a[(@.length-1)]"),
    *(
        "$rate",
        "$names[0]",
        "$größe",
        "$$.Execution.Input.x",
        "$$.Map.Item.Value.a",
        "$$.Task.Token",
        "$$['Execution']",
    ),
]


@pytest.mark.parametrize("text", LEGAL)
def test_legal_expression(text: str) -> None:
    assert of_value(text) == []


def test_each_function_stands_among_them() -> None:
    assert {name for name in FUNCTIONS if any(text.startswith(f"{name}(") for text in LEGAL)} == set(FUNCTIONS)


def nested(count: int) -> str:
    return "States.Array(" * count + ")" * count


#: Rule, wrong, right.
EXPRESSIONS = [
    ("intrinsic-function", "States.Concat($.a, $.b)", "States.Format('{}{}', $.a, $.b)"),
    ("intrinsic-function", "States.arrayLength($.a)", "States.ArrayLength($.a)"),
    ("intrinsic-function", "States.Array(States.Uuid())", "States.Array(States.UUID())"),
    ("intrinsic-arguments", "States.Format('{}-{}', $.a)", "States.Format('{}-{}', $.a, $.b)"),
    ("intrinsic-arguments", "States.Format('{}', $.a, $.b)", "States.Format('{}{}', $.a, $.b)"),
    ("intrinsic-arguments", "States.Format('\\{\\}', $.a)", "States.Format('\\{{}\\}', $.a)"),
    ("intrinsic-arguments", "States.Format('\\\\{}')", "States.Format('\\\\{}', $.a)"),
    ("intrinsic-arguments", "States.Format()", "States.Format('')"),
    ("intrinsic-arguments", "States.Format(5)", "States.Format('5')"),
    ("intrinsic-arguments", "States.Hash($.a)", "States.Hash($.a, 'MD5')"),
    ("intrinsic-arguments", "States.MathAdd(1)", "States.MathAdd(1, 1)"),
    ("intrinsic-arguments", "States.MathAdd('1', 1)", "States.MathAdd(1, 1)"),
    ("intrinsic-arguments", "States.UUID('x')", "States.UUID()"),
    ("intrinsic-arguments", "States.MathRandom(1)", "States.MathRandom(1, 2)"),
    ("intrinsic-arguments", "States.JsonMerge($.a, $.b)", "States.JsonMerge($.a, $.b, false)"),
    ("intrinsic-arguments", "States.JsonMerge($.a[*], $.b, false)", "States.JsonMerge($.a, $.b, false)"),
    ("intrinsic-arguments", "States.ArrayLength('abc')", "States.ArrayLength(States.StringSplit('a,b', ','))"),
    ("intrinsic-arguments", "States.ArrayGetItem($.a, '0')", "States.ArrayGetItem($.a, 0)"),
    ("intrinsic-arguments", "States.Base64Encode(States.Array(1))", "States.Base64Encode(States.JsonToString($.a))"),
    ("intrinsic-arguments", "States.StringSplit($..a, ',')", "States.StringSplit($.a, ',')"),
    ("intrinsic-literal", "States.Hash($.a, 'SHA1')", "States.Hash($.a, 'SHA-1')"),
    ("intrinsic-literal", "States.JsonMerge($.a, $.b, true)", "States.JsonMerge($.a, $.b, false)"),
    ("intrinsic-literal", 'States.Format("{}", $.a)', "States.Format('{}', $.a)"),
    ("intrinsic-literal", "States.Format('it, $.a)", "States.Format('it')"),
    ("path", "States.Format('it's', $.a)", "States.Format('it\\'s')"),
    ("intrinsic-literal", "States.StringSplit($.a, '\\n')", "States.StringSplit($.a, '\n')"),
    ("intrinsic-literal", "States.Format('\\\"{}\\\"', $.a)", "States.Format('\"{}\"', $.a)"),
    ("intrinsic-depth", nested(11), nested(10)),
    ("path", "States.Array(True)", "States.Array(true)"),
    ("path", "States.Array(a)", "States.Array('a')"),
    ("path", "States.Array(1 2)", "States.Array(1, 2)"),
    ("path", "States.Array($.a", "States.Array($.a)"),
    ("path", "a.b", "$.a.b"),
    ("path", " $.a", "$.a"),
    ("path", "$.a b", "$['a b']"),
    ("path", "$.a.", "$.a"),
    ("path", "$.a[b]", "$.a['b']"),
    ("path", "$.a[]", "$.a[*]"),
    ("path", "$.a[$.i]", "States.ArrayGetItem($.a, $.i)"),
    ("path", "$.a[?(@.b = 'x')]", "$.a[?(@.b == 'x')]"),
    ("path", "$.a[?(@.b == 'x']", "$.a[?(@.b == 'x')]"),
    ("context-field", "$$.Execution.id", "$$.Execution.Id"),
    ("context-field", "States.Format('{}', $$.Map.Item.index)", "States.Format('{}', $$.Map.Item.Index)"),
    ("unknown-variable", "$rats", "$rate"),
    ("unknown-variable", "States.MathAdd($step, 1)", "States.MathAdd($.step, 1)"),
    ("query-language", "{% $rate %}", "$rate"),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), EXPRESSIONS)
def test_mistake_in_an_expression(rule: str, wrong: str, right: str) -> None:
    assert [each.rule for each in of_value(wrong) if not each.is_warning] == [rule]
    assert of_value(right) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("path", "$$.Execution.Name "),
        ("intrinsic-literal", "States.Format('{\"a\": {}}', $.a)"),
        ("context-field", "$$.Execution.Zone"),
    ],
)
def test_what_may_be_right_is_a_warning(rule: str, text: str) -> None:
    assert [(each.rule, each.is_warning) for each in of_value(text)] == [(rule, True)]


def test_the_nearest_function_is_named() -> None:
    [finding] = of_value("States.ArrayLenght($.a)")
    assert finding.message.endswith("write States.ArrayLength")


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("'{}-{}'", ["", "-", ""]),
        ("'it\\'s {}'", ["it's ", ""]),
        ("'\\{{}\\}'", ["{", "}"]),
        ("'\\\\{}'", ["\\", ""]),
        ("'\\\\\\{}'", ["\\{}"]),
        ("'a\\{\\}b'", ["a{}b"]),
    ],
)
def test_escapes_are_read_as_step_functions_reads_them(written: str, pieces: list[str]) -> None:
    call = parse(f"States.Format({written})")
    assert isinstance(call, Call)
    [template] = call.arguments
    assert isinstance(template, Literal)
    assert format_pieces(template.text) == pieces
    assert template.value == "{}".join(pieces)


def test_escapes_of_json_are_read_before_those_of_the_function() -> None:
    written = json.loads(r'''"States.Format('it\\'s \u007b\u007d \\{\"a\"\\}', $.x)"''')
    call = parse(written)
    assert isinstance(call, Call)
    assert isinstance(call.arguments[0], Literal)
    assert format_pieces(call.arguments[0].text) == ["it's ", ' {"a"}']


#: Rule, wrong, right: fields of one state.
STATES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("path", {"InputPath": "States.Array($.a)"}, {"InputPath": "$.a[*]"}),
    ("path", {"ResultPath": "$.a[*]"}, {"ResultPath": "$.a[0].b"}),
    ("path", {"ResultPath": "$rate"}, {"ResultPath": "$.rate"}),
    ("path", {"OutputPath": "a"}, {"OutputPath": "$['a']"}),
    ("path", {"Parameters": {"a": 1, "a.$": "$.a"}}, {"Parameters": {"a": {"a.$": "$.a"}}}),
    ("path", {"Parameters": [{"a.$": 1}]}, {"Parameters": [{"a.$": "$.a"}]}),
    ("variable-name", {"Assign": {"states.$": "$.a"}}, {"Assign": {"state.$": "$.a"}}),
    ("variable-name", {"Assign": {"my-name": 1}}, {"Assign": {"myName": 1}}),
    ("intrinsic-arguments", {"Assign": {"a.$": "States.MathAdd(1)"}}, {"Assign": {"a.$": "States.MathAdd(1, $.a)"}}),
    ("path", {"Type": "Wait", "SecondsPath": "$.a[*]"}, {"Type": "Wait", "SecondsPath": "$.a[0]"}),
    (
        "path",
        {"Type": "Wait", "TimestampPath": "$..t"},
        {"Type": "Wait", "TimestampPath": "$$.Execution.StartTime"},
    ),
    ("query-language", {"Output": {"a": 1}}, {"Parameters": {"a": 1}}),
    (
        "intrinsic-function",
        {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Formatted('x')"},
        {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{}', $.x)"},
    ),
    (
        "path",
        {"Type": "Choice", "Choices": [{"Not": {"Variable": "a", "IsNull": True}, "Next": "First"}]},
        {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.a", "IsNull": True}, "Next": "First"}]},
    ),
    (
        "query-language",
        {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "First"}]},
        {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericLessThanPath": "$rate", "Next": "First"}]},
    ),
    (
        "unknown-variable",
        {"Type": "Task", "Credentials": {"RoleArn.$": "$role"}},
        {"Type": "Task", "Credentials": {"RoleArn.$": "$.role"}, "Catch": [{"Assign": {"e.$": "$.Cause"}}]},
    ),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), STATES)
def test_mistake_in_a_state(rule: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    assert [each.rule for each in found(machine(**wrong)) if not each.is_warning] == [rule]
    assert found(machine(**right)) == []


def test_fields_of_jsonpath_in_a_state_of_jsonata() -> None:
    state = {
        "QueryLanguage": "JSONata",
        "InputPath": "$.a",
        "Output": {"a": [{"b.$": "$.c"}]},
        "Assign": {"d.$": "$.d"},
    }
    rules = [(each.rule, each.is_warning) for each in found(machine(**state)) if each.rule != "literal-path"]
    assert sorted(rules) == [("query-language", False), ("query-language", False), ("query-language", True)]

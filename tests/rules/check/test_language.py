"""The language: each rule finds its mistake, once, with its place; the legal form beside it passes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sagemaker_rules.check import check_definition
from sagemaker_rules.rulebook import RULES

PASS: dict[str, Any] = {"Type": "Pass", "End": True}
INNER = {"StartAt": "I", "States": {"I": PASS}}
DISTRIBUTED = {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": True}
TASK_JSONATA = {"Type": "Task", "Resource": TASK["Resource"], "Arguments": {"FunctionName": "f"}, "End": True}
SAGEMAKER = "arn:aws:states:::aws-sdk:sagemaker:deleteEndpoint"
MAP = {"Type": "Map", "ItemProcessor": INNER, "End": True}
BIG_MAP = {"Type": "Map", "ItemProcessor": DISTRIBUTED, "End": True}
READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}
DEEP = {**PASS, "Parameters": {"a.$": f"{'States.Array(' * 11}$.a{')' * 11}"}}
CHOICE = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Z"}], "Default": "Z"}


def machine(state: dict[str, Any], *, jsonata: bool = False) -> dict[str, Any]:
    """A machine of the one state, and of one that it may lead to where it does not end."""
    states = {"S": state}
    if "'Z'" in repr(state):
        states["Z"] = PASS
    language = {"QueryLanguage": "JSONata"} if jsonata else {}
    return copy.deepcopy({**language, "StartAt": "S", "States": states})


def found(state: dict[str, Any], *, jsonata: bool = False) -> list[tuple[str, str]]:
    findings = check_definition(machine(state, jsonata=jsonata))
    assert all(each.rule in RULES for each in findings)
    return [(each.rule, each.path.removeprefix("$.States.S").removeprefix(".")) for each in findings]


@pytest.mark.parametrize(
    ("state", "rule", "path"),
    [
        ({**PASS, "TimeoutSeconds": 5}, "field-not-allowed", "TimeoutSeconds"),
        ({"Type": "Wait", "Seconds": 1, "End": True, "Catch": []}, "field-not-allowed", "Catch"),
        ({"Type": "Wait", "End": True}, "field-missing", ""),
        ({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.s", "End": True}, "fields-exclusive", ""),
        ({"Type": "Wait", "Seconds": -1, "End": True}, "field-bounds", "Seconds"),
        ({"Type": "Wait", "Timestamp": "2026-01-31 09:00", "End": True}, "timestamp", "Timestamp"),
        ({"Type": "Parallel", "Branches": [], "End": True}, "field-missing", "Branches"),
        ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "fields-exclusive", "ErrorPath"),
        ({**TASK, "HeartbeatSeconds": 30, "TimeoutSeconds": 30}, "heartbeat", "HeartbeatSeconds"),
        ({**TASK, "TimeoutSeconds": 100_000_000}, "field-bounds", "TimeoutSeconds"),
        (
            {**TASK, "Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "HALF"}]},
            "field-value",
            "Retry[0].JitterStrategy",
        ),
        (
            {**TASK, "Retry": [{"ErrorEquals": ["E"], "MaxDelaySeconds": 31_622_400}]},
            "field-bounds",
            "Retry[0].MaxDelaySeconds",
        ),
        ({**TASK, "Resource": "glue:startJobRun"}, "resource-arn", "Resource"),
        ({**TASK, "Credentials": {}}, "field-missing", "Credentials.RoleArn"),
        ({"Type": "Wait", "Timestamp": "2026-04-31T09:00:00Z", "End": True}, "timestamp", "Timestamp"),
        ({"Type": "Pass", "Ende": True}, "field-not-allowed", "Ende"),
        ({"Type": "Pass", "End": 1}, "field-type", "End"),
        (
            {**BIG_MAP, "ItemReader": {**READER, "ReaderConfig": {**CSV, "CSVHeaders": ["a"]}}},
            "map-reader",
            "ItemReader.ReaderConfig.CSVHeaders",
        ),
        ({**BIG_MAP, "ItemBatcher": {"MaxItemsPerBatch": -1}}, "field-bounds", "ItemBatcher.MaxItemsPerBatch"),
        ({**BIG_MAP, "MaxConcurrencyPath": "$$.Execution.Input.n"}, "path", "MaxConcurrencyPath"),
        ({**BIG_MAP, "ToleratedFailureCountPath": "$.limits[*]"}, "path", "ToleratedFailureCountPath"),
        ({**BIG_MAP, "ResultWriter": {"Parameters": {"Bucket": "b"}}}, "map-writer", "ResultWriter.Resource"),
        ({**TASK, "Catch": [{"Next": "Z"}]}, "field-missing", "Catch[0].ErrorEquals"),
        ({**MAP, "MaxConcurrency": -1}, "field-bounds", "MaxConcurrency"),
        ({**MAP, "MaxConcurrency": 1, "MaxConcurrencyPath": "$.n"}, "fields-exclusive", "MaxConcurrencyPath"),
        (
            {**MAP, "ItemProcessor": {**INNER, "QueryLanguage": "JSONPath"}},
            "field-not-allowed",
            "ItemProcessor.QueryLanguage",
        ),
        ({**MAP, "ToleratedFailurePercentage": 5}, "map-mode", "ToleratedFailurePercentage"),
        ({**BIG_MAP, "ToleratedFailurePercentage": 101}, "field-bounds", "ToleratedFailurePercentage"),
        ({**BIG_MAP, "Label": "a b"}, "map-label", "Label"),
        ({**BIG_MAP, "ItemReader": READER}, "map-reader", "ItemReader.ReaderConfig.InputType"),
        (
            {**BIG_MAP, "ItemReader": {**READER, "ReaderConfig": {**CSV, "CSVDelimiter": ","}}},
            "field-value",
            "ItemReader.ReaderConfig.CSVDelimiter",
        ),
        (
            {**BIG_MAP, "ItemReader": {**READER, "ReaderConfig": {"InputType": "JSON", "CSVHeaders": ["a"]}}},
            "map-reader",
            "ItemReader.ReaderConfig.CSVHeaders",
        ),
        (
            {**BIG_MAP, "ItemBatcher": {"MaxInputBytesPerBatch": 262_145}},
            "field-bounds",
            "ItemBatcher.MaxInputBytesPerBatch",
        ),
        (
            {**BIG_MAP, "ResultWriter": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b"}}},
            "map-writer",
            "ResultWriter.Resource",
        ),
        ({**CHOICE, "Choices": [{"Variable": "$.n", "Next": "Z"}]}, "choice-rule", "Choices[0]"),
        (
            {**CHOICE, "Choices": [{"Variable": "$.n", "NumericEquals": "1", "Next": "Z"}]},
            "choice-rule",
            "Choices[0].NumericEquals",
        ),
        ({**CHOICE, "Choices": [{"NumericEquals": 1, "Next": "Z"}]}, "choice-rule", "Choices[0]"),
        ({**PASS, "Output": 1}, "query-language", "Output"),
        ({**PASS, "Assign": {"states": 1}}, "variable-name", "Assign.states"),
        ({**PASS, "Parameters": {"a.$": "States.ArrayLength($.a, 2)"}}, "intrinsic-arguments", "Parameters['a.$']"),
        ({**PASS, "Parameters": {"a.$": "States.Hash($.a, 'SHA1')"}}, "intrinsic-literal", "Parameters['a.$']"),
        ({**PASS, "Parameters": {"a.$": "States.MathAdd('1', $.b)"}}, "intrinsic-arguments", "Parameters['a.$']"),
        ({**PASS, "Parameters": {"a.$": "States.JsonMerge($.a, $.b, true)"}}, "intrinsic-literal", "Parameters['a.$']"),
        (
            {**PASS, "Parameters": {"a.$": f"{'States.Array(' * 11}$.a{')' * 11}"}},
            "intrinsic-depth",
            "Parameters['a.$']",
        ),
    ],
)
def test_mistake_in_a_state(state: dict[str, Any], rule: str, path: str) -> None:
    assert found(state) == [(rule, path)]


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("{% $sum( %}", "jsonata-syntax"),
        ("{% [1, 2 %}", "jsonata-syntax"),
        ("{%%}", "jsonata-syntax"),
        ("{% $upperCase('a') %}", "jsonata-function"),
        ("{% uppercase('a') %}", "jsonata-function"),
        ("{% $map([1], $eval) %}", "jsonata-function"),
        ("{% order.total %}", "jsonata-context"),
        ("{% $.order %}", "jsonata-context"),
        ("{% $map([1], function($v) { $$.a }) %}", "jsonata-context"),
        ("{% $states.errorOutput.Error %}", "jsonata-states"),
        ("{% $states.inputs.a %}", "jsonata-states"),
        ("{% $conut + 1 %}", "unknown-variable"),
        (" {% 1 %}", "jsonata-delimiters"),
        ("{% 1", "jsonata-delimiters"),
    ],
)
def test_mistake_in_an_expression(expression: str, rule: str) -> None:
    assert found({**PASS, "Assign": {"count": 1}, "Output": {"a": expression}}, jsonata=True) == [(rule, "Output.a")]


@pytest.mark.parametrize(
    "expression",
    [
        "{% $states.input.orders[total > 5].{'id': id, 'n': $count(items)} %}",
        "{% $map($states.input.a, function($v, $i, $a) { $v.b & $string($i) }) %}",
        "{% ($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f($count)) %}",
        "{% $states.input.a ~> $map($uppercase) ~> $join('-') %}",
        "{% $states.input.a^(>price).name %}",
        "{% $states.input.a{kind: $sum(price)} %}",
        "{% $states.input.a@$x.b#$i.{'x': $x.c, 'i': $i} %}",
        "{% $states.input ~> |a|{'b': c}, ['d']| %}",
        "{% $reduce([1..5], function($i, $j) { $i + $j }) %}",
        "{% $uuid() & $hash('a', 'SHA-256') & $string($range(0, 4, 2)) & $parse('{}') %}",
        "{% $states.input.a.$uppercase(b) %}",
        "{% $match('ab', /a(b)/i).groups[0] %}",
        "{% $states.context.Execution.Id %}",
        "{% '${Bucket}' & $states.input.key %}",
        "{% ${Number} + 1 %}",
        "{%$states.input%}",
        "{% $filter($states.input.a, function($v) { $v > $count }) %}",
        "{% $states.input.a[$ > 3] %}",
        "{% ($x := 1; $y := $x + 1; $y) %}",
        "{% $sort($states.input.a, function($l, $r) { $l.n > $r.n }) %}",
        "plain text {% not an expression",
    ],
)
def test_legal_expression(expression: str) -> None:
    assert found({**PASS, "Assign": {"count": 1}, "Output": {"a": expression}}, jsonata=True) == []


def test_what_a_task_and_its_catch_know() -> None:
    catch = {"ErrorEquals": ["States.ALL"], "Next": "Z", "Output": "{% $states.errorOutput.Cause %}"}
    assert found({**TASK_JSONATA, "Catch": [catch], "Assign": {"r": "{% $states.result %}"}}, jsonata=True) == []
    wrong = {**catch, "Output": "{% $states.result %}"}
    assert found({**TASK_JSONATA, "Catch": [wrong]}, jsonata=True) == [("jsonata-states", "Catch[0].Output")]
    # A Pass state does no work that has a result.
    passed = {**PASS, "Output": "{% $states.result %}"}
    assert found(passed, jsonata=True) == [("jsonata-states", "Output")]
    early = {**TASK_JSONATA, "Arguments": {"FunctionName": "{% $states.result.f %}"}}
    assert found(early, jsonata=True) == [("jsonata-states", "Arguments.FunctionName")]


def test_a_condition_is_an_expression_as_a_whole() -> None:
    choice = {"Type": "Choice", "Choices": [{"Condition": "$states.input.n = 1", "Next": "Z"}], "Default": "Z"}
    assert found(choice, jsonata=True) == [("jsonata-place", "Choices[0].Condition")]
    choice["Choices"] = [{"Condition": 1, "Next": "Z"}]
    assert found(choice, jsonata=True) == [("jsonata-place", "Choices[0].Condition")]
    choice["Choices"] = [{"Condition": True, "Next": "Z"}, {"Condition": "{% $states.input.n = 1 %}", "Next": "Z"}]
    assert found(choice, jsonata=True) == []


@pytest.mark.parametrize(
    ("state", "rule", "path"),
    [
        ({"Type": "Wait", "Seconds": "$states.input.n", "End": True}, "jsonata-place", "Seconds"),
        ({"Type": "Wait", "Seconds": " {% 1 %} ", "End": True}, "jsonata-place", "Seconds"),
        ({"Type": "Wait", "Timestamp": "{% 1", "End": True}, "jsonata-delimiters", "Timestamp"),
        ({**TASK_JSONATA, "Arguments": " {% {} %} "}, "field-type", "Arguments"),
        ({**TASK_JSONATA, "ResultSelector": {"a.$": "$.["}}, "query-language", "ResultSelector"),
        (CHOICE, "query-language", "Choices[0].Variable"),
        ({**PASS, "Output": {"a.$": "$.b"}}, "query-language", "Output['a.$']"),
        ({**PASS, "Assign": {"a.$": "$.b"}}, "query-language", "Assign['a.$']"),
        ({**TASK, "Resource": SAGEMAKER}, "query-language", "Parameters"),
        (
            {"Type": "Task", "Resource": SAGEMAKER, "Arguments": {"EndpointName": "{% $states.input"}, "End": True},
            "jsonata-delimiters",
            "Arguments.EndpointName",
        ),
    ],
)
def test_one_finding_where_language_and_expression_meet(state: dict[str, Any], rule: str, path: str) -> None:
    assert found(state, jsonata=True) == [(rule, path)]


def test_a_workflow_ends_somewhere() -> None:
    loop = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1, "Next": "A"}}
    assert [each.rule for each in check_definition({"StartAt": "A", "States": loop})] == ["terminal-state"]
    loop["B"] = {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "C"}
    assert check_definition({"StartAt": "A", "States": {**loop, "C": {"Type": "Fail"}}}) == []


def test_names_are_unique_across_branches_and_levels() -> None:
    state = {"Type": "Parallel", "Branches": [INNER, INNER], "End": True}
    assert found(state) == [("state-name-unique", "Branches[1].States.I")]


def test_a_state_of_jsonpath_in_a_machine_of_jsonata() -> None:
    state = {**PASS, "QueryLanguage": "JSONPath"}
    assert found(state, jsonata=True) == [("query-language-nesting", "QueryLanguage")]
    assert found({**PASS, "QueryLanguage": "JSONata", "Output": "{% 1 %}"}) == []


@pytest.mark.parametrize("text", ["States.Format('\\{{}\\} it\\'s {}', $.a, $.b)", "States.Array()", "States.UUID()"])
def test_legal_call(text: str) -> None:
    assert found({**PASS, "Parameters": {"a.$": text}}) == []


@pytest.mark.parametrize("kind", ["Suceed", "fail", "Failed"])
def test_a_misspelt_type_is_one_mistake_even_where_it_may_be_an_end(kind: str) -> None:
    machine = {"StartAt": "A", "States": {"A": {"Type": kind}}}
    assert [(each.rule, each.path) for each in check_definition(machine)] == [("state-type", "$.States.A.Type")]

"""Expressions of JSONata: what Step Functions takes passes; each mistake is found, beside it stands what is right."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import StateFinding, check_definition
from sagemaker_rules.check.expression_rules import EXPRESSION_RULES
from sagemaker_rules.check.jsonata_functions import FUNCTIONS

RULES = {"query-language", *(rule.id for rule in EXPRESSION_RULES)}


def machine(**state: Any) -> dict[str, Any]:
    """One state, and one before it that assigns variables."""
    first = {"Type": "Pass", "Assign": {"rate": 1, "names": ["a"], "größe": 2}, "Next": "State"}
    return {"QueryLanguage": "JSONata", "StartAt": "First", "States": {"First": first, "State": {"End": True, **state}}}


def found(definition: dict[str, Any]) -> list[StateFinding]:
    return [each for each in check_definition(definition) if each.rule in RULES]


def of_output(text: str) -> list[StateFinding]:
    """What is said of an expression in the Output of a Pass state."""
    return found(machine(Type="Pass", Output={"v": f"{{%{text}%}}"}))


#: Every function with arguments that it takes.
CALLS = {
    "string": ["$string(5)", "$string($states.input, true)", "[1..3].$string()"],
    "length": ["$length('Hello')"],
    "substring": ["$substring('Hello', 3)", "$substring('Hello', -3, 2)", "$states.input.names.$substring(0, 3)"],
    "substringBefore": ["$substringBefore('a b', ' ')"],
    "substringAfter": ["$substringAfter($states.input.arn, '/')"],
    "uppercase": ["$uppercase('a')", "$states.input.name.$uppercase()", "$states.input.name ~> $uppercase()"],
    "lowercase": ["$lowercase('A')", "$states.input.name ~> $lowercase"],
    "trim": ["$trim('  a ')"],
    "pad": ["$pad('foo', 5)", "$pad('foo', -5, '#')"],
    "contains": ["$contains('abracadabra', /a.*a/)", "$states.input.names[$contains('x')]"],
    "split": ["$split('a b', ' ', 2)"],
    "join": ["$join(['a', 'b'])", "$join($names, ',')"],
    "match": ["$match('ababb', /a(b+)/)", "$match('ababb', /a(?<b>b+)/, 1)"],
    "replace": ["$replace('a', 'a', 'b')", "$replace('265lbs', /([0-9]+)lbs/, '$1', 1)"],
    "base64encode": ["$base64encode('x')"],
    "base64decode": ["$base64decode('eA==')"],
    "encodeUrlComponent": ["$encodeUrlComponent('?x=test')"],
    "encodeUrl": ["$encodeUrl('https://a.b/?x=ö')"],
    "decodeUrlComponent": ["$decodeUrlComponent('%3Fx')"],
    "decodeUrl": ["$decodeUrl('https://a.b/%20')"],
    "number": ["$number('5')", "['1', '2'].$number()"],
    "abs": ["$abs(-3)"],
    "floor": ["$floor(2.5)"],
    "ceil": ["$ceil(2.5)"],
    "round": ["$round(123.456, 2)", "$round(5)"],
    "power": ["$power(2, 8)"],
    "sqrt": ["$sqrt(4)"],
    "random": ["$random()", "$random($states.input.seed)"],
    "formatNumber": ["$formatNumber(12345.6, '#,###.00')", "$formatNumber(1, '#0', {'decimal-separator': ','})"],
    "formatBase": ["$formatBase(100, 2)", "$formatBase(100)"],
    "formatInteger": ["$formatInteger(2789, 'w')"],
    "parseInteger": ["$parseInteger('12', '#0')"],
    "sum": ["$sum($states.input.order.(price * quantity))"],
    "max": ["$max([5, 3])"],
    "min": ["$min([5, 3])"],
    "average": ["$average([5, 3])"],
    "boolean": ["$boolean('x')"],
    "not": ["$not(true)"],
    "exists": ["$exists($states.input.x) ? 1 : 2"],
    "count": ["$count([1, 2])"],
    "append": ["$append([1], 2)"],
    "sort": ["$sort([2, 1])", "$sort($states.input.all, function($l, $r) { $l.n > $r.n })"],
    "reverse": ["$reverse([1, 2])"],
    "shuffle": ["[1..9] ~> $shuffle()"],
    "distinct": ["$distinct([1, 1])"],
    "zip": ["$zip([1], [2], [3])"],
    "keys": ["$keys($states.input)"],
    "lookup": ["$lookup($states.input, 'key')"],
    "spread": ["$spread($states.input)"],
    "merge": ["$merge([$states.input, {'a': 1}])"],
    "sift": ["$states.input.$sift(function($v, $k) { $k ~> /^a/ })", "$sift({'a': 1}, function($v) { $v > 0 })"],
    "each": ["$each($states.input, function($v, $k) { $k & ': ' & $v })"],
    "error": ["$states.input.x ? 1 : $error('none')"],
    "assert": ["($assert($states.input.x > 1, 'small'); 1)"],
    "type": ["$type($states.input)"],
    "map": ["$map($states.input.items, $uppercase)", "$map([1..3], function($v, $i, $a) { $v * $i })"],
    "filter": ["$filter($states.input.items, function($v) { $v.n > 1 })"],
    "single": ["$single($states.input.items, function($v) { $v.id = 1 })"],
    "reduce": ["$reduce([1..5], function($i, $j) { $i * $j }, 1)"],
    "clone": ["$clone($states.input)"],
    "now": ["$now()", "$now('[Y0001]-[M01]', '+0200')"],
    "millis": ["$millis()"],
    "fromMillis": ["$fromMillis(1510067557121, '[M01]/[D01]/[Y0001]', '-0500')", "$millis() ~> $fromMillis()"],
    "toMillis": ["$toMillis('2017-11-07T15:07:54.972Z')"],
    "partition": ["$partition([1, 2, 3], 2)"],
    "range": ["$range(0, 10, 2)"],
    "hash": ["$hash($states.input.content, 'SHA-256')"],
    "uuid": ["$uuid()"],
    "parse": ["$parse('{\"a\": 1}')"],
}
#: Operators and forms of the language.
FORMS = [
    *("5", "-5.5e3", '"text \\u00e9"', "true", "null", "[]", "{}", "$states", " $states.input\n"),
    *("$states.input.`a b`.c", "$states.input.a[0]", "$states.input.a[-1]", "$states.input.a[b = 'x'].c"),
    *("$states.input.*.b", "$states.input.**.b", "$states.input.a.%.b", "$states.input.a[]", "$states.input['a']"),
    *("$states.input.a[[0..2]]", "[1..9][$ > 3]", "$states.input.a.($ * 2)", "$states.input.a.{ 'b': c, 'd': $ }"),
    *("$states.input.a{ id: $sum(n) }", "$states.input.a^(>n, name)", "$states.input.a@$x.b#$i[c = $x.d].{ 'i': $i }"),
    *("1 + 2 - 3 * 4 / 5 % 6", "1 < 2 and 3 >= 2 or 1 != 2", "'a' in ['a', 'b']", "'a' & $rate & 'b'"),
    *("($x := 5; $f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f($x))", "/* why */ 1", "$größe + 1"),
    *(
        "$states.input ~> |order|{ 'total': price * 2 }, ['tax']|",
        "(function($a)<n:n>{ $a })(1)",
        "$states.input.b.c ~> $sum",
    ),
    *(
        "($half := $substring(?, 0, 5); $half('Hello, World'))",
        "λ($a) { $a }(1)",
        "($f := $uppercase ~> $trim; $f('a'))",
    ),
    *("$states.context.Execution.Input.x.y", "$states.context.Map.Item.Value.id", "$states.context.State.RetryCount"),
    *("$match('a', /a/i)", "$states.input.x ? $states.input.x", "$map", "$states.input.a.b.$string($) & ''"),
]


@pytest.mark.parametrize("text", [*(each for calls in CALLS.values() for each in calls), *FORMS])
def test_legal_expression(text: str) -> None:
    assert of_output(text) == []


def test_each_function_stands_among_them() -> None:
    assert sorted(CALLS) == sorted(FUNCTIONS)


#: Rule, wrong, right.
EXPRESSIONS = [
    ("jsonata-syntax", "1 +", "1 + 1"),
    ("jsonata-syntax", "'x", "'x'"),
    ("jsonata-syntax", "", "''"),
    ("jsonata-syntax", " \n", "null"),
    ("jsonata-syntax", "$states.input.a[1,2)", "$states.input.a[[1,2]]"),
    ("jsonata-syntax", "'m-' & $uuid(", "'m-' & $uuid()"),
    ("jsonata-syntax", '{"a":}', '{"a": 1}'),
    ("jsonata-syntax", "$x :=", "$x := 1"),
    ("jsonata-syntax", "'a' & & 'b'", "'a' & 'b'"),
    ("jsonata-syntax", "$match('a', /abc", "$match('a', /abc/)"),
    ("jsonata-syntax", "'it\\'s'", '"it\'s"'),
    ("jsonata-syntax", "$states.input.a[0..2]", "$states.input.a[[0..2]]"),
    ("jsonata-syntax", "$states.input.a == 1", "$states.input.a = 1"),
    ("jsonata-syntax", "$states.input.a && true", "$states.input.a and true"),
    ("jsonata-syntax", "$states.input.a ?? 1", "$exists($states.input.a) ? $states.input.a : 1"),
    ("jsonata-syntax", "$states.input.a ?: 1", "$states.input.a ? $states.input.a : '??'"),
    ("jsonata-syntax", "/* x", "/* x */ 1"),
    ("jsonata-syntax", "%.a", "$states.input.a"),
    ("jsonata-function", "$strlen('a')", "$length('a')"),
    ("jsonata-function", "$toUpper('a')", "$uppercase('a')"),
    ("jsonata-function", "$eval('1+1')", "$parse('2')"),
    ("jsonata-function", "$map(['1'], $eval)", "$map(['1'], $parse)"),
    ("jsonata-function", "uuid()", "$uuid()"),
    ("jsonata-function", "$states.input.a ~> $upperCase()", "$states.input.a ~> $uppercase()"),
    ("jsonata-function", "$rate(1)", "($rate := function($n) { $n }; $rate(1))"),
    ("jsonata-arguments", "$hash('a')", "$hash('a', 'MD5')"),
    ("jsonata-arguments", "$uuid('a')", "$uuid()"),
    ("jsonata-arguments", "$range(1, 3)", "$range(1, 3, 1)"),
    ("jsonata-arguments", "$uppercase()", "$states.input.a.$uppercase()"),
    ("jsonata-arguments", "[1] ~> $partition(2, 3)", "[1] ~> $partition(2)"),
    ("jsonata-arguments", "$states.input.a.$replace('a')", "$states.input.a.$replace('a', 'b')"),
    ("jsonata-states", "$states.inputs.a", "$states.input.a"),
    ("jsonata-states", "$states.Input.a", "$lookup($states, 'input').a"),
    ("jsonata-states", "$states.result.a", "$states.input.result.a"),
    ("jsonata-states", "$map([1], function($v) { $states.errorOutput.Error })", "$map([1], function($v) { $v })"),
    ("jsonata-context", "$$", "$states.input"),
    ("jsonata-context", "$states.input.a[b = $$.c]", "$states.input.a[b = $states.input.c]"),
    ("jsonata-context", "$", "[1].$"),
    ("jsonata-context", "$.a", "$states.input.a"),
    ("jsonata-context", "order.id", "$states.input.order.id"),
    ("jsonata-context", "$sum(prices)", "$sum($states.input.prices)"),
    ("jsonata-context", "$map($states.input.a, function($v) { name })", "$states.input.a.(name)"),
    ("jsonata-context", "**.a", "$states.input.**.a"),
    ("context-field", "$states.context.Execution.id", "$states.context.Execution.Id"),
    ("context-field", "$states.context.Exeution.Id", "$states.context.Execution.Input.Id"),
    ("variable-name", "($states := 1; $states)", "($state := 1; $state)"),
    ("unknown-variable", "$rat + 1", "$rate + 1"),
    ("unknown-variable", "$names[$state.input.i]", "$names[$states.input.i]"),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), EXPRESSIONS)
def test_mistake_in_an_expression(rule: str, wrong: str, right: str) -> None:
    assert [each.rule for each in of_output(wrong)] == [rule]
    assert of_output(right) == []


def test_finding_says_where_and_what_to_write() -> None:
    [finding] = of_output("$states.input.a + * 2")
    assert finding.path == "$.States.State.Output.v"
    assert "at character" in finding.message
    assert "$length" in of_output("$strlength('x')")[0].message
    assert "$states.context.Execution.Id" in of_output("$states.context.Execution.id")[0].message


LAMBDA = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "State"}]

#: Rule, wrong, right: fields of one state.
STATES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("jsonata-delimiters", {"Type": "Pass", "Output": "{% 1"}, {"Type": "Pass", "Output": "{% 1 %}"}),
    ("jsonata-delimiters", {"Type": "Pass", "Output": " {% 1 %}"}, {"Type": "Pass", "Output": "{%1%}"}),
    ("jsonata-delimiters", {"Type": "Pass", "Output": "{% 1 %}\n"}, {"Type": "Pass", "Output": "{% 1\n%}"}),
    ("jsonata-delimiters", {"Type": "Pass", "Output": "a-{% 1 %}"}, {"Type": "Pass", "Output": "{% 'a-' & 1 %}"}),
    ("jsonata-delimiters", {"Type": "Pass", "Output": "{%}"}, {"Type": "Pass", "Output": "100 %"}),
    (
        "jsonata-states",
        {**LAMBDA, "Arguments": {"Payload": ["{% $states.result %}"]}},
        {**LAMBDA, "Arguments": {"Payload": ["{% $states.input %}"]}, "Output": "{% $states.result.Payload %}"},
    ),
    (
        "jsonata-states",
        {**LAMBDA, "Catch": [{**CATCH[0], "Output": "{% $states.result %}"}]},
        {**LAMBDA, "Catch": [{**CATCH[0], "Assign": {"e": "{% $states.errorOutput.Cause %}"}}]},
    ),
    (
        "jsonata-states",
        {**LAMBDA, "Output": "{% $states.errorOutput %}"},
        {**LAMBDA, "Assign": {"r": "{% $states.result.StatusCode %}"}},
    ),
    (
        "jsonata-place",
        {"Type": "Wait", "Seconds": "$states.input.seconds"},
        {"Type": "Wait", "Seconds": "{% $states.input.seconds %}"},
    ),
    ("jsonata-place", {**LAMBDA, "TimeoutSeconds": "60"}, {**LAMBDA, "TimeoutSeconds": 60}),
    ("jsonata-place", {**LAMBDA, "Resource": "{% $rate %}"}, LAMBDA),
    ("jsonata-syntax", {**LAMBDA, "HeartbeatSeconds": "{% 3 * %}"}, {**LAMBDA, "HeartbeatSeconds": "{% 3 * 2 %}"}),
    (
        "jsonata-context",
        {**LAMBDA, "Credentials": {"RoleArn": "{% arn %}"}},
        {**LAMBDA, "Credentials": {"RoleArn": ""}},
    ),
    (
        "jsonata-syntax",
        {"Type": "Fail", "End": None, "Error": "E", "Cause": "{% 'x' & %}"},
        {"Type": "Fail", "End": None, "Error": "{% $states.input.e %}", "Cause": "why"},
    ),
    ("variable-name", {"Type": "Pass", "Assign": {"states": 1}}, {"Type": "Pass", "Assign": {"state": {"states": 1}}}),
    ("variable-name", {"Type": "Pass", "Assign": {"1st": 1}}, {"Type": "Pass", "Assign": {"_1st": 1}}),
    ("variable-name", {"Type": "Pass", "Assign": {"a-b": 1}}, {"Type": "Pass", "Assign": {"a_b": 1}}),
    ("variable-name", {"Type": "Pass", "Assign": {"x" * 81: 1}}, {"Type": "Pass", "Assign": {"x" * 80: 1}}),
    (
        "jsonata-place",
        {"Type": "Choice", "Choices": [{"Condition": "$rate = 1", "Next": "First"}], "Default": "First"},
        {"Type": "Choice", "Choices": [{"Condition": "{% $rate = 1 %}", "Next": "First"}], "Default": "First"},
    ),
    (
        "jsonata-states",
        {"Type": "Choice", "Choices": [{"Condition": "{% $states.result.x %}", "Next": "First"}], "Default": "First"},
        {"Type": "Choice", "Choices": [{"Condition": True, "Output": "{% $rate %}", "Next": "First"}]},
    ),
]


@pytest.mark.parametrize(("rule", "wrong", "right"), STATES)
def test_mistake_in_a_state(rule: str, wrong: dict[str, Any], right: dict[str, Any]) -> None:
    assert [each.rule for each in found(machine(**wrong)) if not each.is_warning] == [rule]
    assert found(machine(**right)) == []


def test_map_reads_its_item_before_the_work_and_its_result_behind() -> None:
    inner = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "Output": "{% $states.input %}", "End": True}}}
    state = {
        "Type": "Map",
        "Items": "{% $states.input.items %}",
        "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value %}"},
        "MaxConcurrency": "{% $rate %}",
        "ItemProcessor": inner,
        "Output": "{% $states.result[0] %}",
    }
    assert found(machine(**state)) == []
    assert [each.rule for each in found(machine(**{**state, "Items": "$names"}))] == ["jsonata-place"]
    assert [each.rule for each in found(machine(**{**state, "Items": "{% $states.result %}"}))] == ["jsonata-states"]


@pytest.mark.parametrize("value", ["$.a", "$states.input.a", "States.UUID()"])
def test_text_without_delimiters_is_taken_literally(value: str) -> None:
    [finding] = check_definition(machine(Type="Pass", Output=value))
    assert (finding.rule, finding.is_warning) == ("literal-path", True)


@pytest.mark.parametrize("value", ["a {% $rate %} b", " {% $rate %} "])
def test_text_around_delimiters_is_taken_literally(value: str) -> None:
    [finding] = found(machine(Type="Pass", Output=value))
    assert (finding.rule, finding.is_warning) == ("jsonata-delimiters", True)


@pytest.mark.parametrize("value", ["{% '${Stage}-' & $rate %}", "{% ${Expression} + %}", "${Whole}"])
def test_what_is_put_in_at_deployment_is_not_judged(value: str) -> None:
    assert found(machine(Type="Pass", Output=value)) == []


def test_around_what_is_put_in_the_rest_is_judged() -> None:
    assert [each.rule for each in found(machine(Type="Pass", Output="{% '${Stage}-' & $rat %}"))] == [
        "unknown-variable"
    ]


def test_very_deep_expression_is_one_finding() -> None:
    assert [each.rule for each in of_output("(" * 5000 + "1" + ")" * 5000)] == ["jsonata-syntax"]

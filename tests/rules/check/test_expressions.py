"""Paths and intrinsic functions: what Step Functions takes is taken, the rest is refused with a reason."""

from __future__ import annotations

import pytest

from sagemaker_rules.check.expressions import ExpressionError, parse, parse_reference_path


@pytest.mark.parametrize(
    "text",
    [
        *("$", "$$", "$.a", "$.a.b[0]", "$['a-b']", "$.a-b", "$..b", "$.*", "$.a[*].b", "$.a[?(@.b == 'x)')].c"),
        *("$.a[-1:]", "$.a.length()", "$$.Execution.Input.x", "$variable", "$variable.field[2]", "$.größe", "$[0,1]"),
        *("States.UUID()", "States.Array(1, 'a, b', null, $.c)", "States.Format('it\\'s {}', $.x)"),
        "States.Format('{}-{}', States.Hash($$.Execution.Id, 'MD5'), States.MathAdd($.n, -1))",
    ],
)
def test_legal(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a.b", "is no path and no intrinsic function"),
        ("$.a ", "goes on with ' ' behind its end"),
        ("$.a.", "has a dot without a name"),
        ("$.a[0", "has a bracket that is not closed"),
        ("States.Formats('x')", "States.Formats is no intrinsic function"),
        ("States.Format('x'", "breaks off at ''"),
        ("States.Format 'x'", "is a function without arguments"),
        ("States.Format(x)", "has no argument at 'x)'"),
        ("States.UUID())", "goes on with ')'"),
    ],
)
def test_illegal(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value).startswith(reason)
    assert "; " in str(error.value)


@pytest.mark.parametrize("text", ["$", "$.a", "$.a.b[0]", "$['the-error']", "$.a['x, y']"])
def test_reference_path(text: str) -> None:
    parse_reference_path(text)


@pytest.mark.parametrize("text", ["$$.x", "$variable", "$..a", "$.a[*]", "$.a[0:2]", "$.a[?(@.b)]", "cause"])
def test_no_reference_path(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_reference_path(text)

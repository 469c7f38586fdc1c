"""Where a JSONPath leads in a text."""

from __future__ import annotations

import pytest

from sagemaker_rules.check.positions import Positions

JSON = """{
\t"a b": {"x": [1, {"y": "\\/ \\ud83d\\ude00 }"}]},
  "States": {"A": {"Seconds": ${Seconds}, "End": true}},
  "é": 1,
  "twice": 1, "twice": {"in": 2}
}"""
YAML = """\
States:
  A: {Type: Pass}
  B:
    Choices:
      - Next: A
      - Next: B
anchors: &a {x: 1}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("$", (1, 1)),
        ("$['a b']", (2, 2)),
        ("$['a b'].x[0]", (2, 16)),
        ("$['a b'].x[1].y", (2, 20)),
        ("$.States.A.End", (3, 43)),
        ("$.States.A.Next", (3, 14)),
        ("$['é']", (4, 3)),
        ("$.twice.in", (5, 25)),
        ("$.nowhere", (1, 1)),
    ],
)
def test_in_json(path: str, place: tuple[int, int]) -> None:
    assert Positions(JSON).of(path) == place
    assert Positions(f"\ufeff{JSON}").of(path) == place


@pytest.mark.parametrize(
    ("path", "place"), [("$.A", (2, 3)), ("$.B.Choices[1].Next", (6, 9)), ("$.B.Catch", (3, 3)), ("$.C", (1, 1))]
)
def test_in_yaml_below_a_key(path: str, place: tuple[int, int]) -> None:
    assert Positions(YAML).of(path, ("States",)) == place


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "a: [", "[" * 5_000])
def test_what_is_neither_has_its_beginning(text: str) -> None:
    assert Positions(text).of("$.a") == (1, 1)

"""Patterns match what IAM says they match, in a time that grows no faster than pattern and value."""

from __future__ import annotations

import random
import time

import pytest

from local_aws.iam.matching import arn_match, substitute, wildcard_match

PATIENCE = 1.0


def slowly(pattern: str, value: str, *, arn: bool, passed: int = 0) -> bool:
    """Tries everything: the definition, with colons that only the sixth part of an ARN pattern passes."""
    if not pattern:
        return not value
    guarded = arn and passed < min(5, _colons(pattern) + passed)
    first, rest = pattern[0], pattern[1:]
    if first == "*":
        if slowly(rest, value, arn=arn, passed=passed):
            return True
        return bool(value) and not (guarded and value[0] == ":") and slowly(pattern, value[1:], arn=arn, passed=passed)
    if not value or (first == "?" and guarded and value[0] == ":") or first not in ("?", value[0]):
        return False
    return slowly(rest, value[1:], arn=arn, passed=passed + (first == ":"))


def _colons(pattern: str) -> int:
    return pattern.count(":")


@pytest.mark.parametrize("arn", [False, True])
def test_it_matches_what_trying_everything_matches(arn: bool) -> None:
    draw = random.Random(7)
    match = arn_match if arn else wildcard_match
    found = []
    for _ in range(4000):
        pattern = "".join(draw.choices("ab:*?", (3, 2, 2, 3, 1), k=draw.randint(0, 9)))
        value = "".join(draw.choices("ab:", (3, 2, 2), k=draw.randint(0, 9)))
        found.append(slowly(pattern, value, arn=arn))
        assert match(pattern, value) is found[-1], (pattern, value)
    assert 200 < sum(found) < 3800, "both answers are tried"


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("*a*a*a*a*a*b", "a" * 400),
        ("*a*" * 30 + "b", "a" * 2000),
        ("arn:aws:s3:::" + "*a" * 20 + "c", "arn:aws:s3:::" + "ab" * 1000),
        ("*:*:*:*:*:*:*:*:*", ":" * 7 + "a" * 2000),
        ("${" * 5000, "x"),
        ("*?" * 200 + "b", "a" * 2000),
    ],
)
def test_no_pattern_takes_long(pattern: str, value: str) -> None:
    began = time.process_time()
    for resolve in (None, lambda key: "a"):
        assert not wildcard_match(pattern, value, resolve=resolve)
        assert not arn_match(pattern, value, resolve=resolve)
    substitute(pattern, lambda key: "a")
    assert time.process_time() - began < PATIENCE


def test_a_wildcard_inside_a_variable_of_an_old_policy_is_a_wildcard() -> None:
    assert wildcard_match("a${x*y?}b*c", "a${x--yz}bbcc")
    assert not wildcard_match("a${x*y?}b*c", "a${x--y}bbc")


def test_a_star_out_of_a_variable_is_a_character() -> None:
    assert wildcard_match("a*${v}*b", "aa*bb", resolve=lambda key: "*")
    assert not wildcard_match("a*${v}*b", "aaxbb", resolve=lambda key: "*")

"""The rulebook: each rule can be looked up, has its source, and stands in the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sagemaker_rules import rulebook
from sagemaker_rules.rulebook import RULES, Rule
from sagemaker_rules.rulebook_page import page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_says_what_is_refused_and_where_it_stands(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.id)
    assert rule.says.endswith(".")
    assert "\n" not in rule.says
    assert rule.source.startswith("https://")
    assert rule.example
    assert rule.level in ("error", "warning")


def test_no_id_is_given_twice() -> None:
    ids = [rule.id for table in rulebook._TABLES for rule in table]
    assert sorted(ids) == sorted(RULES)


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "docs/rules.md is stale; run: make docs"

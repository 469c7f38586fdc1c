"""Definitions of many kinds: what AWS takes passes, and each mistake is found by its rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sagemaker_rules.check import check_definition

HERE = Path(__file__).parent / "many_kinds"
LEGAL: Mapping[str, Any] = yaml.safe_load((HERE / "legal.yaml").read_text(encoding="utf-8"))
ILLEGAL: Mapping[str, Any] = yaml.safe_load((HERE / "illegal.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LEGAL)
def test_what_is_legal_is_no_error(name: str) -> None:
    assert [str(each) for each in check_definition(LEGAL[name]) if not each.is_warning] == []


@pytest.mark.parametrize("name", ILLEGAL)
def test_a_mistake_is_found_by_its_rule(name: str) -> None:
    case = ILLEGAL[name]
    found = check_definition(case["definition"], is_express=case.get("express", False))
    assert sorted({each.rule for each in found if not each.is_warning}) == case["rules"]

"""Each patch is still needed: a test here fails when moto has mended the thing, and its patch can go."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("stock_moto.py")
[CHECKS] = [node for node in ast.parse(SCRIPT.read_text()).body if isinstance(node, ast.AnnAssign)]
assert isinstance(CHECKS.value, ast.List)
NAMES = [each.id for each in CHECKS.value.elts if isinstance(each, ast.Name)]


@pytest.fixture(scope="module")
def findings() -> dict[str, bool]:
    finished = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    document: dict[str, bool] = json.loads(finished.stdout.splitlines()[-1])
    return document


@pytest.mark.parametrize("name", NAMES)
def test_stock_moto_still_has_the_fault(findings: dict[str, bool], name: str) -> None:
    assert findings[name]

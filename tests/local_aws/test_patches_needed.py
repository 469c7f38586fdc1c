"""Each patch of moto is still needed: a test that fails here says that moto has mended the fault, and what can go."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STOCK = Path(__file__).with_name("stock_moto")
TABLE = ROOT / "docs" / "moto-patches.md"

# What replaces whole services has faults of moto beyond counting; a choice of them is shown in tests of its own.
ELSEWHERE = {
    "sagemaker.service": "tests/local_aws/sagemaker/test_stock_moto.py and registry/test_stock_moto.py",
    "cloudformation.__init__": "tests/local_aws/cloudformation/test_stock_moto.py",
    "endpoint.data_files": "tests/local_aws/test_data_files.py: speed, no fault",
}


def rows() -> list[str]:
    """``module: fault`` of each row, read without importing moto."""
    found = []
    for path in sorted(STOCK.glob("faults_of_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
                for module, faults in zip(node.value.keys, node.value.values, strict=True):
                    assert isinstance(module, ast.Constant)
                    assert isinstance(faults, ast.List)
                    found += [f"{module.value!s}: {ast.unparse(each)}" for each in faults.elts]
    return found


ROWS = rows()


@pytest.fixture(scope="module")
def stock() -> dict[str, bool]:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [sys.executable, str(STOCK)], capture_output=True, text=True, check=True, timeout=180, env=environment
    )
    found: dict[str, bool] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("row", ROWS)
def test_stock_moto_still_has_the_fault(stock: dict[str, bool], row: str) -> None:
    assert stock[row], f"moto has mended this: take local_aws/{row.partition(':')[0].replace('.', '/')}.py out"


def test_the_table_is_what_was_run(stock: dict[str, bool]) -> None:
    assert sorted(stock) == sorted(ROWS)


def patch_modules() -> set[str]:
    """Every module that patches moto."""
    package = ROOT / "local_aws"
    paths = [each for each in package.glob("*/patches/*.py") if each.stem != "__init__"]
    named = {".".join(each.relative_to(package).with_suffix("").parts) for each in paths}
    others = {
        ".".join(each.relative_to(package).with_suffix("").parts)
        for each in package.rglob("*.py")
        if "patches.replace" in each.read_text(encoding="utf-8") and "patches" not in each.parts
    }
    # What patches/logging_config.py is made of.
    return named | (others - {"functions.kept_setting"})


def test_every_patch_has_a_row_or_a_reason_why_not() -> None:
    assert patch_modules() == {row.partition(":")[0] for row in ROWS} | set(ELSEWHERE)


def test_the_documentation_lists_every_patch() -> None:
    listed = {line.split("`")[1] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")}
    assert {each for each in listed if "." in each} == patch_modules()

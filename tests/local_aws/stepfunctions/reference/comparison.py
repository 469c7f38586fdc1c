"""What our evaluator and the reference say, side by side."""

from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local_aws.stepfunctions.jsonata_expressions import JsonataError, evaluate
from tests.local_aws.stepfunctions.reference.generator import DATA

ROOT = Path(__file__).parents[4]
SCRIPT = Path(__file__).with_name("evaluate.cjs")


def reference(expressions: Sequence[str]) -> list[dict[str, Any]]:
    """The answers of the reference implementation."""
    given = json.dumps({"data": DATA, "expressions": list(expressions)})
    environment = {**os.environ, "NODE_PATH": str(ROOT / "node_modules")}
    done = subprocess.run(
        ["node", str(SCRIPT)], input=given, capture_output=True, text=True, check=True, timeout=600, env=environment
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def ours(expression: str) -> dict[str, Any]:
    """Our answer in the same form; what is undefined, and functions, fail in Step Functions."""
    try:
        return {"value": evaluate(expression, {"data": DATA})}
    except JsonataError as error:
        if "returned nothing" in str(error):
            return {"undefined": True}
        return {"function": True} if "unsupported result type" in str(error) else {"error": str(error)}


def same(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether two answers are the same; of errors, that both are one."""
    if mine.keys() != theirs.keys():
        return False
    return "value" not in mine or _equal(mine["value"], theirs["value"])


def _equal(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(_equal, mine, theirs))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(_equal(mine[key], theirs[key]) for key in mine)
    numbers = [each for each in (mine, theirs) if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) == 2:
        return math.isclose(mine, theirs, rel_tol=1e-12)
    return type(mine) is type(theirs) and bool(mine == theirs)

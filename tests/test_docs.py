"""The stacks in the guides are real: each is taken out of its guide and synthesized."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
STACKS = [
    pytest.param(block, id=f"{guide.name}-{number}")
    for guide in GUIDES
    for number, block in enumerate(BLOCK.findall(guide.read_text(encoding="utf-8")), start=1)
    if re.search(r"\((cdk\.)?Stack\):", block)
]


def test_the_guides_have_stacks() -> None:
    assert {str(each.id).partition("-")[0] for each in STACKS} >= {"README.md", "pipelines.md"}


@pytest.mark.parametrize("block", STACKS)
def test_a_stack_of_a_guide_synthesizes(block: str) -> None:
    names: dict[str, Any] = {}
    exec(block, names)
    app = cdk.App()
    made = [
        value(app, name)
        for name, value in names.items()
        if isinstance(value, type) and issubclass(value, cdk.Stack) and value is not cdk.Stack
    ]
    assert made
    app.synth()

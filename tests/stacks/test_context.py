"""Context keys of the app: a misspelt one is refused, those of the CDK and of other tools are left alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import aws_cdk as cdk
import pytest

from sagemaker_workflows import WorkflowError
from stacks.context import KEYS, check_keys

STACKS = Path(__file__).parents[2] / "stacks"


def check(**context: str) -> None:
    check_keys(cdk.App(context=context).node)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("datset", "context datset: is not a key of this app; did you mean dataset?"),
        ("labelColumn", "did you mean label_column?"),
        ("qa_acount", "did you mean qa_account?"),
        ("colour", "context colour: is not a key of this app; write one of name_prefix, dataset, header"),
    ],
)
def test_a_key_that_is_none_is_refused_with_the_nearest(key: str, told: str) -> None:
    with pytest.raises(WorkflowError, match=re.escape(told)):
        check(**{key: "x"})


def test_keys_of_others_are_none_of_our_business() -> None:
    others = (
        "@aws-cdk/core:x",
        "aws:cdk:bundling-stacks",
        "availability-zones:account=1",
        "acknowledged-issue-numbers",
    )
    check(**dict.fromkeys((*KEYS, *others), "x"))


def test_every_key_that_the_stacks_read_is_known() -> None:
    read = set(
        re.findall(r"(?:_text|_flag|_positive)\(node, \"(\w+)\"", "".join(p.read_text() for p in STACKS.rglob("*.py")))
    )
    context = json.loads((STACKS.parent / "cdk.json").read_text())["context"]
    assert read | {key for key in context if "/" not in key and ":" not in key} <= set(KEYS)

"""Each construct has an example in its docstring, and each example synthesizes: all of them in one app."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.cx_api import SynthesisMessageLevel
from constructs import Construct

import sagemaker_workflows
from sagemaker_workflows import ScopedFunction, WorkflowBucket, mlops, pipelines

DOORS = (sagemaker_workflows, pipelines, mlops)
NAMES = {name: getattr(door, name) for door in DOORS for name in door.__all__}
_EXAMPLE = re.compile(r"^Example::\n\n((?:(?:    .*)?\n)+)", re.MULTILINE)


def example(kind: Any) -> str:
    """The code in the docstring; empty: there is none."""
    found = _EXAMPLE.search(f"{inspect.cleandoc(kind.__doc__ or '')}\n")
    return textwrap.dedent(found[1]) if found else ""


def is_base(kind: Any) -> bool:
    """Whether a construct is there to be extended, as its docstring says first of all."""
    return (kind.__doc__ or "").startswith(("Base ", "A task state of ", "A step ", "Several steps"))


CONSTRUCTS = {
    name: kind
    for name, kind in NAMES.items()
    if inspect.isclass(kind) and issubclass(kind, Construct) and not is_base(kind)
}


def run(app: cdk.App, name: str, code: str, folder: Path) -> cdk.Stack:
    """Runs an example in a stack, in which it finds what a team has already."""
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(app, name, env=environment)
    given = {
        "self": stack,
        "folder": folder,
        "bucket": WorkflowBucket(stack, "TeamBucket"),
        "topic": sns.Topic(stack, "TeamTopic"),
        "role": iam.Role(stack, "TeamRole", assumed_by=iam.AccountRootPrincipal()),
        "function": ScopedFunction(stack, "TeamFunction", folder="notify_team", description="Somebody's"),
    }
    modules = {"cdk": cdk, "iam": iam, "kms": kms, "s3": s3, "sfn": sfn, "textwrap": textwrap}
    exec(compile(code, name, "exec"), {**NAMES, **modules, "Duration": Duration, "Size": Size, **given})
    return stack


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_each_construct_has_one(name: str) -> None:
    assert example(CONSTRUCTS[name])


def test_each_synthesizes(tmp_path: Path) -> None:
    (tmp_path / "report.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    app = cdk.App()
    stacks = {name: run(app, name, example(kind), tmp_path) for name, kind in CONSTRUCTS.items() if example(kind)}
    assembly = app.synth()
    assert {each.stack_name for each in assembly.stacks} == set(stacks)
    messages = {each.stack_name: each.messages for each in assembly.stacks}
    for name, found in messages.items():
        assert [each.entry.data for each in found if each.level == SynthesisMessageLevel.ERROR] == [], name

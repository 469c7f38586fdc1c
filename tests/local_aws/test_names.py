"""The local AWS knows an app by its files only: nothing of this repository's app by name."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "local_aws").rglob("*.py"))
#: Words of the app that are somebody else's first.
OTHERS = {
    *("header", "demo"),  # plain English
    *("dataset", "instance_type"),  # SageMaker's: a data set, a field of resourceconfig.json
    *("BucketName", "PipelineName", "StateMachineArn", "ModelPackageGroupArn"),  # fields of AWS's APIs
    "Statistics",  # part of the report of QualityCheck
    "Models",  # member of ListModels
    *("Predictions", "TestLabels"),  # the documented convention on outputs
}
#: Outputs, metrics and data sets that make no sense anywhere else.
OURS = ("StartCommand", "diabetes", "mse", "mlops", "production_approval", "mlops_account", "poll_seconds")


def outputs_and_stacks(app: Path) -> Iterator[str]:
    for path in app.glob("*.template.json"):
        yield path.name.partition(".")[0]
        yield from json.loads(path.read_text()).get("Outputs", {})


def context_keys() -> set[str]:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    settings = [ROOT / "stacks/settings.py", *(ROOT / "stacks/mlops").glob("*settings.py")]
    read = re.findall(r'_(?:text|flag|positive)\(node, "(\w+)"', "".join(each.read_text() for each in settings))
    return {*(each for each in context if not each.startswith("@")), *read}


def texts(path: Path) -> list[str]:
    """Every text in a module: names, options and messages, and docstrings."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def test_no_stack_output_metric_or_context_key_is_known_by_name(mlops_assembly: Path) -> None:
    outputs = set(outputs_and_stacks(mlops_assembly))
    keys = context_keys()
    assert {"EndToEnd", "SharedServices", "ApproverRoleArn"} <= outputs
    assert {"label_column", "mse_threshold", "mlops_region", "model_group"} <= keys
    exact = (outputs | keys) - OTHERS
    # A word such as Models means something in a sentence; a name of ours does not.
    words = re.compile(rf"\b({'|'.join([*OURS, *(each for each in exact if re.search('[a-z][A-Z]|_', each))])})\b")
    found = {
        f"{path.relative_to(ROOT)}: {text[:60]!r}"
        for path in FILES
        for text in texts(path)
        if text in exact or words.search(text)
    }
    assert found == set()

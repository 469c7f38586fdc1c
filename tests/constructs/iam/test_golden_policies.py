"""The statements of every action, pattern and kind of name, as reviewed files in ``golden/``.

After a change that was meant: ``pytest tests/constructs/iam/test_golden_policies.py --snapshot-update``, and read the
diff.
What AWS publishes for training and transform jobs stands in ``published_policies/``; each difference is applied here
one by one, as docs/policies.md explains them, so that none goes unexplained.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.aws_stepfunctions import IntegrationPattern
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.location import PyTestLocation

from sagemaker_workflows import ACTIONS, JobName, SageMakerAction, task_statements

FOLDER = Path(__file__).parent
ROLE = "arn:aws:iam::123456789012:role/job"
PATTERNS = {"request_response": IntegrationPattern.REQUEST_RESPONSE, "sync": IntegrationPattern.RUN_JOB}
#: Tuning passes its role inside the training job definition.
PASSING = {action.name for action in ACTIONS if action.role_field and action.noun != "EndpointConfig"} | {
    "createHyperParameterTuningJob"
}
CASES = [
    pytest.param(action, pattern, kind, id=f"{action.name}.{pattern}.{kind}")
    for action in ACTIONS
    for pattern in PATTERNS
    for kind in ("static", "dynamic")
    if action.supports_sync or pattern == "request_response"
]
#: Placeholders of the published policies, as the golden files have them filled in.
PLACEHOLDERS = {
    "[[region]]": "eu-west-1",
    "[[accountId]]": "123456789012",
    "[[roleArn]]": ROLE,
    "[[trainingJobName]]": "once",
    "[[transformJobName]]": "once",
}


class GoldenFiles(JSONSnapshotExtension):
    """One file per case, named after it."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(FOLDER / "golden")

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: Any = 0) -> str:
        return test_location.snapshot_name.partition("[")[2].rstrip("]")


@pytest.fixture(scope="module")
def policy() -> Callable[..., dict[str, Any]]:
    """The policy document of a case, in eu-west-1."""
    environment = cdk.Environment(region="eu-west-1", account="123456789012")
    scope = cdk.Stack(cdk.App(), "Policies", env=environment)

    def make(action: SageMakerAction, pattern: str, kind: str) -> dict[str, Any]:
        def name(text: str) -> JobName:
            return JobName.static(text) if kind == "static" else JobName.unique_short(text)

        statements = task_statements(
            scope,
            action=action,
            pattern=PATTERNS[pattern],
            name=name("once" if kind == "static" else "demo"),
            role_arns=[ROLE] if action.name in PASSING else [],
            config_name=name("config") if action.config_field else None,
        )
        return {
            "Version": "2012-10-17",
            "Statement": [_in_commercial_partition(scope.resolve(each.to_statement_json())) for each in statements],
        }

    return make


def _in_commercial_partition(value: Any) -> Any:
    if isinstance(value, dict) and "Fn::Join" in value:
        return "".join("aws" if isinstance(part, dict) else part for part in value["Fn::Join"][1])
    if isinstance(value, dict):
        return {key: _in_commercial_partition(item) for key, item in value.items()}
    return [_in_commercial_partition(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("action", "pattern", "kind"), CASES)
def test_policy(
    policy: Callable[..., Any], snapshot: SnapshotAssertion, action: SageMakerAction, pattern: str, kind: str
) -> None:
    assert policy(action, pattern, kind) == snapshot.use_extension(GoldenFiles)


def test_there_is_a_file_for_every_case_and_for_nothing_else() -> None:
    assert {path.name.removesuffix(".json") for path in (FOLDER / "golden").iterdir()} == {case.id for case in CASES}


def granted(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Each action on each resource under its condition: what a policy says, whatever its order."""
    return {
        (action, resource, json.dumps(statement.get("Condition", {}), sort_keys=True))
        for statement in document["Statement"]
        for action in _as_list(statement["Action"])
        for resource in _as_list(statement["Resource"])
    }


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("kind", ["static", "dynamic"])
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("job", ["training", "transform"])
def test_differs_from_the_published_policy_as_documented_and_in_nothing_else(job: str, pattern: str, kind: str) -> None:
    text = (FOLDER / "published_policies" / f"{job}.{pattern}.{kind}.json").read_text()
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    published = granted(json.loads(text))
    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:{job}-job"
    ours = f"{arn}/once" if kind == "static" else f"{arn}/demo-*"
    theirs = f"{arn}/once*" if kind == "static" else f"{arn}/*"
    # 1. Jobs of other workflows are out of reach.
    expected = {
        (action, ours if resource == theirs else resource, condition) for action, resource, condition in published
    }
    # 2. Tags are read on these jobs only, and 3. written, which today's service needs.
    expected.remove(("sagemaker:ListTags", "*", "{}"))
    expected |= {(f"sagemaker:{action}", ours, "{}") for action in ("ListTags", "AddTags")}
    # 4. A transform job takes no role: it runs under the one of its model.
    if job == "transform":
        expected = {each for each in expected if each[0] != "iam:PassRole"}
    golden = json.loads((FOLDER / "golden" / f"create{job.title()}Job.{pattern}.{kind}.json").read_text())
    assert granted(golden) == expected

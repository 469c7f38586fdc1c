"""A team with a pipeline around a script of its own: count the rows, and go on only if there are enough."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3_assets as s3_assets

from sagemaker_workflows import (
    FirstPartyImage,
    ProcessingExecutionRole,
    ProcessingInput,
    ProcessingOutput,
    S3Location,
    WorkflowBucket,
)
from sagemaker_workflows.pipelines import (
    PIPELINE_JOB_NAME_PATTERN,
    ConditionGreaterThanOrEqualTo,
    ConditionStep,
    ExecutionLocation,
    FailStep,
    JsonGet,
    ParameterInteger,
    Pipeline,
    ProcessingStep,
    PropertyFile,
)

if TYPE_CHECKING:
    from tests.constructs.teams.conftest import TeamApp

ROOT = Path(__file__).parents[3]
FOLDER = "/opt/ml/processing"
SCRIPT = f"""
import json, pathlib
lines = sum(1 for _ in pathlib.Path("{FOLDER}/code").glob("*.py"))
report = pathlib.Path("{FOLDER}/report/report.json")
report.parent.mkdir(parents=True, exist_ok=True)
report.write_text(json.dumps({{"rows": {{"count": 41 + lines}}}}))
"""


class OwnScript(cdk.Stack):
    def __init__(self, scope: cdk.App, id: str, **options: Any) -> None:
        super().__init__(scope, id, **options)
        bucket = WorkflowBucket(self, "Bucket", demo=True)
        script = Path(str(scope.outdir), "count_rows.py")
        script.write_text(SCRIPT)
        asset = s3_assets.Asset(self, "Script", path=str(script))
        code, runs = S3Location(asset.bucket, asset.s3_object_key), S3Location(bucket, "runs/")
        image = FirstPartyImage.sklearn()
        count = ProcessingStep(
            self,
            "Count",
            image=image,
            role=ProcessingExecutionRole(
                self, "Role", job_name_pattern=PIPELINE_JOB_NAME_PATTERN, image=image, reads=[code], writes=[runs]
            ),
            entrypoint=["python3", f"{FOLDER}/code/{asset.s3_object_key}"],
            inputs=[ProcessingInput("code", code, f"{FOLDER}/code")],
            outputs=[ProcessingOutput("report", ExecutionLocation(runs, "Count", "report"), f"{FOLDER}/report")],
            property_files=[PropertyFile("Report", "report", "report.json")],
            network_isolation=True,
        )
        least = ParameterInteger("LeastRows", default_value=10)
        rows = JsonGet(step=count, property_file="Report", json_path="rows.count")
        gate = ConditionStep(
            self,
            "Enough",
            conditions=[ConditionGreaterThanOrEqualTo(left=rows, right=least)],
            if_steps=[],
            else_steps=[FailStep(self, "TooFew", error_message="there are too few rows")],
        )
        Pipeline(self, "Pipeline", steps=[count, gate], parameters=[least], pipeline_name="count-rows")


@pytest.fixture(scope="module")
def team(team_app: Callable[..., TeamApp]) -> TeamApp:
    return team_app(OwnScript)


def test_nothing_is_found_in_it(team: TeamApp) -> None:
    assert team.errors() == []
    assert team.warnings() == []


def test_the_job_may_read_the_script_and_write_below_its_prefix_only(team: TeamApp) -> None:
    statements = {each["Sid"]: each for each in team.synthesized.statements("Role")}
    [script] = statements["ReadInputs"]["Resource"]
    assert script.endswith(".py")
    [written] = statements["WriteOutputs"]["Resource"]
    assert written.endswith("/runs/*")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("least", "status"), [("42", "Succeeded"), ("43", "Failed")])
def test_it_runs(team: TeamApp, tmp_path: Path, least: str, status: str) -> None:
    command = [sys.executable, "-m", "local_aws", "run", team.name, "--app", str(team.directory), "--json"]
    options = ["--work-dir", str(tmp_path / "run"), "--pipeline-parameter", f"LeastRows={least}"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    document = json.loads(done.stdout)
    assert document["status"].upper() == status.upper(), done.stderr

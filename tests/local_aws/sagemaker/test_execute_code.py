"""The training job that an execute-code step makes runs: the archive as it was synthesized, in a real job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import S3Location
from sagemaker_workflows.pipelines import ExecuteCodeStep, StepCode
from tests.local_aws.sagemaker.conftest import ACCOUNT, SKLEARN

SCRIPT = """
import json, os, sys
import packaging.version
json.dump({"argv": sys.argv[1:]}, open(os.environ["RESULT_FILE"], "w"))
"""


def job_of(folder: Path, account: Any) -> dict[str, Any]:
    """The request of the step, with the archive in the bucket and references of the execution resolved."""
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    code = StepCode.from_folder(stack, "Code", folder, script="main.py")
    step = ExecuteCodeStep(
        stack,
        "Step",
        code=code,
        role=iam.Role.from_role_arn(stack, "Role", account.role()),
        output=S3Location(s3.Bucket.from_bucket_name(stack, "Bucket", account.bucket), "runs/"),
        kwargs={"rate": 0.5, "name": "a b"},
        max_runtime=cdk.Duration.minutes(1),
    )
    request: dict[str, Any] = stack.resolve(step.definition())["Arguments"]
    stage = cdk.Stage.of(stack)
    assert stage is not None
    [archive] = Path(stage.outdir).glob("asset.*.tgz")
    request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = account.put(
        f"assets/{archive.name}", archive.read_bytes()
    )
    root = f"s3://{account.bucket}/runs/execution/Step/results"
    request["OutputDataConfig"]["S3OutputPath"] = root
    request["HyperParameters"]["result_uri"] = f"{root}/results.json"
    request["AlgorithmSpecification"]["TrainingImage"] = SKLEARN
    request["ResourceConfig"]["VolumeSizeInGB"] = 30
    request["StoppingCondition"] = {"MaxRuntimeInSeconds": 60}
    return request


@pytest.mark.slow
def test_the_script_runs_with_its_requirements_and_its_result_is_in_s3(account: Any, name: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(SCRIPT)
    (tmp_path / "requirements.txt").write_text("packaging\n")
    account.sagemaker.create_training_job(TrainingJobName=name, **job_of(tmp_path, account))
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Completed", job
    found = json.loads(account.get("runs/execution/Step/results/results.json"))
    assert found == {"Result": {"argv": ["--rate", "0.5", "--name", "a b"]}, "Exception": None}


@pytest.mark.slow
def test_an_error_of_the_script_is_the_failure_reason(account: Any, name: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("raise ValueError('no rows')")
    account.sagemaker.create_training_job(TrainingJobName=name, **job_of(tmp_path, account))
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: ValueError: no rows, exit code: 1"

"""The training job that a notebook step makes of a local notebook runs: two assets, each in a channel of its own."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import S3Location
from sagemaker_workflows.pipelines import Notebook, NotebookJobStep
from tests.local_aws.sagemaker.conftest import ACCOUNT

CELL: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": []}
SOURCE = "import os\nprint(os.environ['GREETING'], company)"


@pytest.mark.slow
def test_a_local_notebook_with_its_script_runs(account: Any, name: str, tmp_path: Path) -> None:
    first = {**CELL, "source": "company = 'nobody'", "metadata": {"tags": ["parameters"]}}
    cells = [first, {**CELL, "id": "b", "source": SOURCE}]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "report.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "init.sh").write_text("export GREETING=hello\n")
    request = job_of(tmp_path, account)

    account.sagemaker.create_training_job(**{**request, "TrainingJobName": name})
    job = account.finished("training", name)

    assert job["TrainingJobStatus"] == "Completed", job
    packed = account.get(f"runs/{name}/output/output.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        executed = tar.extractfile("Report.ipynb")
        assert executed is not None
        outputs = [text for cell in json.load(executed)["cells"] for text in cell["outputs"]]
    assert "".join(outputs[-1]["text"]) == "hello Example\n"


def job_of(folder: Path, account: Any) -> dict[str, Any]:
    """The request of the step, with the assets in the bucket and references of the execution resolved."""
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    notebook = Notebook.from_file(stack, "Notebook", folder / "report.ipynb", init_script=folder / "init.sh")
    role = account.role()
    pull = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [pull]})
    account.iam.put_role_policy(RoleName=role.split("/")[-1], PolicyName="pull", PolicyDocument=document)
    step = NotebookJobStep(
        stack,
        "Report",
        notebook=notebook,
        role=iam.Role.from_role_arn(stack, "Role", role),
        output=S3Location(s3.Bucket.from_bucket_name(stack, "Bucket", account.bucket), "runs/"),
        parameters={"company": "Example"},
    )
    request: dict[str, Any] = stack.resolve(step.definition())["Arguments"]
    stage = cdk.Stage.of(stack)
    assert stage is not None
    for channel, location in zip(request["InputDataConfig"], notebook.locations, strict=True):
        asset = Path(stage.outdir) / f"asset.{location.name}"
        uri = account.put(f"assets/{location.name}", asset.read_bytes())
        channel["DataSource"]["S3DataSource"]["S3Uri"] = uri
    request["OutputDataConfig"]["S3OutputPath"] = f"s3://{account.bucket}/runs"
    request["ResourceConfig"]["VolumeSizeInGB"] = 30
    request["StoppingCondition"] = {"MaxRuntimeInSeconds": 60}
    request["AlgorithmSpecification"]["TrainingImage"] = (
        "885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:3.2.0-cpu"
    )
    return request

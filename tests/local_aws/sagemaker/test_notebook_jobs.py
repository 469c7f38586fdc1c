"""Notebook jobs: a training job whose entrypoint is AWS's scheduler runs a notebook in a real kernel."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable
from typing import Any

import pytest

DISTRIBUTION = "885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:3.2.0-cpu"
CHANNEL = "sagemaker_headless_execution_pipelinestep"

Request = Callable[..., dict[str, Any]]


def notebook(*sources: str) -> str:
    """A notebook whose first cell holds the defaults of its parameters."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {"tags": ["parameters"] if index == 0 else []},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(sources)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def notebook_job(account: Any, training_job: Request, name: str) -> Request:
    """The request that a NotebookJob step makes."""

    def request(text: str, **changes: Any) -> dict[str, Any]:
        account.put("notebooks/report.ipynb", text)
        account.put("notebooks/init.sh", "export GREETING=hello\n")
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/notebooks/"}
        environment = {
            "SM_JOB_DEF_VERSION": "1.0",
            "SM_ENV_NAME": "sagemaker-default-env",
            "SM_SKIP_EFS_SIMULATION": "true",
            "SM_EXECUTION_INPUT_PATH": f"/opt/ml/input/data/{CHANNEL}",
            "SM_KERNEL_NAME": "python3",
            "SM_INPUT_NOTEBOOK_NAME": "report.ipynb",
            "SM_OUTPUT_NOTEBOOK_NAME": "report-2026-01-02T03:04:05.678Z.ipynb",
            **changes.pop("Environment", {}),
        }
        specification = {
            "TrainingImage": DISTRIBUTION,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["amazon_sagemaker_scheduler"],
        }
        role = account.role()
        pull = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [pull]})
        account.iam.put_role_policy(RoleName=role.split("/")[-1], PolicyName="pull", PolicyDocument=document)
        return training_job(
            RoleArn=role,
            AlgorithmSpecification=specification,
            Environment=environment,
            HyperParameters={"company": "Example"},
            InputDataConfig=[{"ChannelName": CHANNEL, "DataSource": {"S3DataSource": source}}],
            RetryStrategy={"MaximumRetryAttempts": 1},
            **changes,
        )

    return request


def files(packed: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        members = {each.name: tar.extractfile(each) for each in tar if each.isfile()}
        return {name: file.read().decode() for name, file in members.items() if file is not None}


def printed(text: str) -> str:
    cells = json.loads(text)["cells"]
    return "".join("".join(output.get("text", "")) for each in cells for output in each.get("outputs", []))


@pytest.mark.slow
@pytest.mark.parametrize("is_isolated", [False, True])
def test_the_executed_notebook_with_its_parameters_is_in_the_output_archive(
    account: Any, notebook_job: Request, name: str, is_isolated: bool
) -> None:
    text = notebook(
        "company = 'nobody'", "import os\nprint(os.environ['GREETING'], company, os.path.exists('init.sh'))"
    )
    request = notebook_job(text, Environment={"SM_INIT_SCRIPT": "init.sh"}, EnableNetworkIsolation=is_isolated)
    account.sagemaker.create_training_job(**request)

    job = account.finished("training", name)

    assert job["TrainingJobStatus"] == "Completed", job
    found = files(account.get(f"models/{name}/output/output.tar.gz"))
    output = "report-2026-01-02T03-04-05-678Z.ipynb"
    assert set(found) == {"report.ipynb", output, "sagemaker_job_execution.log"}
    assert found["report.ipynb"] == text
    assert printed(found[output]) == "hello Example True\n"
    assert account.keys("models") == [f"models/{name}/output/output.tar.gz"]
    assert "hello Example True" in account.log_lines("training", name)


@pytest.mark.slow
def test_a_failing_cell_is_the_failure_reason_and_the_notebook_shows_it(
    account: Any, notebook_job: Request, name: str
) -> None:
    account.sagemaker.create_training_job(
        **notebook_job(notebook("x = 1", "raise ValueError('no rows')", "print('on')"))
    )
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        "AlgorithmError: [SM-111] Error with executing notebook\n"
        "Exception encountered at In [3]: ValueError: no rows, exit code: 1"
    )
    found = files(account.get(f"models/{name}/output/output.tar.gz"))
    assert "no rows" in found["report-2026-01-02T03-04-05-678Z.ipynb"]
    assert "on" not in printed(found["report-2026-01-02T03-04-05-678Z.ipynb"]).splitlines()


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"SM_INPUT_NOTEBOOK_NAME": "lost.ipynb"}, "Cannot find input notebook: .*lost.ipynb"),
        ({"SM_JOB_DEF_VERSION": "2.0"}, "Cannot handle SageMaker job definition version: 2.0; write 1.0"),
        ({"SM_KERNEL_NAME": ""}, "the variable SM_KERNEL_NAME is missing"),
        ({"SM_SKIP_EFS_SIMULATION": "false"}, "write true into SM_SKIP_EFS_SIMULATION"),
        ({"SM_OUTPUT_FORMATS": "html"}, "remove SM_OUTPUT_FORMATS"),
        ({"SM_INIT_SCRIPT": "lost.sh"}, r"\[SM-101\] Error with running init script\n.*lost.sh"),
    ],
)
def test_a_wrong_definition_fails_the_job(
    account: Any, notebook_job: Request, name: str, environment: dict[str, str], reason: str
) -> None:
    account.sagemaker.create_training_job(**notebook_job(notebook("1"), Environment=environment))
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Failed"
    assert re.search(reason, job["FailureReason"]), job["FailureReason"]

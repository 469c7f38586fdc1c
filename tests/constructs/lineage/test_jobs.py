"""What a job ran on is read from its description: code apart from data, hyperparameters without the toolkit's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from sagemaker_workflows.lineage.accounts import AccountSessions
from sagemaker_workflows.lineage.jobs import describe_job, is_job

ACCOUNT = "arn:aws:sagemaker:us-east-1:222222222222"
PROCESSING, TRAINING = f"{ACCOUNT}:processing-job/split", f"{ACCOUNT}:training-job/fit"


class OneJob:
    """Sessions whose SageMaker describes one job, in the account that it is asked in."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self.description = description
        self.asked: list[str] = []

    def client(self, service: str, account: str) -> OneJob:
        self.asked.append(f"{service} {account}")
        return self

    def describe_processing_job(self, *, ProcessingJobName: str) -> Mapping[str, Any]:  # noqa: N803
        self.asked.append(ProcessingJobName)
        return self.description

    def describe_training_job(self, *, TrainingJobName: str) -> Mapping[str, Any]:  # noqa: N803
        self.asked.append(TrainingJobName)
        return self.description


def described(arn: str, description: Mapping[str, Any]) -> Any:
    sessions = OneJob(description)
    job = describe_job(cast(AccountSessions, sessions), arn)
    assert sessions.asked == ["sagemaker 222222222222", arn.rpartition("/")[2]]
    return job


def processing_input(name: str, path: str) -> dict[str, Any]:
    return {"InputName": name, "S3Input": {"S3Uri": f"s3://b/{name}", "LocalPath": path}}


def test_the_code_of_a_processing_job_is_what_lies_where_scripts_lie() -> None:
    inputs = [
        processing_input("data", "/opt/ml/processing/input/data"),
        processing_input("code", "/opt/ml/processing/elsewhere"),
        processing_input("helpers", "/opt/ml/processing/input/code/helpers"),
        {"InputName": "table", "DatasetDefinition": {}},
    ]
    outputs = [{"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}}]
    job = described(
        PROCESSING,
        {
            "ProcessingJobArn": PROCESSING,
            "ProcessingJobStatus": "Completed",
            "AppSpecification": {"ImageUri": "image"},
            "ProcessingInputs": inputs,
            "ProcessingOutputConfig": {"Outputs": outputs},
        },
    )
    assert job.code == ("s3://b/code", "s3://b/helpers")
    assert job.inputs == {"data": "s3://b/data"}
    assert job.outputs == {"train": "s3://b/train"}


def test_the_code_of_a_training_job_is_what_script_mode_downloads() -> None:
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/train"}}}
    job = described(
        TRAINING,
        {
            "TrainingJobArn": TRAINING,
            "TrainingJobStatus": "Completed",
            "AlgorithmSpecification": {"TrainingImage": "image"},
            "HyperParameters": {
                "num-round": "100",
                "objective": '"reg:squarederror"',
                "sagemaker_submit_directory": '"s3://b/sourcedir.tar.gz"',
                "sagemaker_program": '"train.py"',
            },
            "InputDataConfig": [channel],
            "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"},
            "FinalMetricDataList": [{"MetricName": "train:rmse", "Value": 51.5, "Timestamp": 0}],
        },
    )
    assert job.code == ("s3://b/sourcedir.tar.gz",)
    assert job.hyperparameters == {"num-round": "100", "objective": "reg:squarederror"}
    assert job.inputs == {"train": "s3://b/train"}
    assert job.outputs == {"model": "s3://b/model.tar.gz"}
    assert job.metrics == {"train:rmse": 51.5}


@pytest.mark.parametrize(
    ("arn", "expected"), [(PROCESSING, True), (TRAINING, True), (f"{ACCOUNT}:model/m", False), (None, False)]
)
def test_only_processing_and_training_jobs_are_jobs(arn: str | None, expected: bool) -> None:
    assert is_job(arn) is expected

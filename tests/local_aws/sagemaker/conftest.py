"""An endpoint with S3, IAM, logs and our SageMaker, and roles as narrow as those of a real workflow."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.base.settings import Settings

SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
ACCOUNT = "123456789012"
LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/sagemaker"
RUNNING = ("InProgress", "Stopping")


@pytest.fixture
def endpoint(aws: LocalAws) -> Settings:
    """Where the local AWS listens and keeps its files."""
    return aws.settings


class Account:
    """The administrator's view of the account."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self.s3 = aws.client("s3")
        self.iam = aws.client("iam")
        self.sagemaker = aws.client("sagemaker")
        self.logs = aws.client("logs")
        self.bucket = f"bucket-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, key: str, body: bytes | str) -> str:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return [each["Key"] for each in found]

    def statements(self) -> dict[str, dict[str, Any]]:
        """What an execution role needs, by purpose, so that a test can leave one out."""
        arn = f"arn:aws:s3:::{self.bucket}"
        repository = "arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-*"
        pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        return {
            "list": _allow(["s3:ListBucket"], arn),
            "read": _allow(["s3:GetObject"], f"{arn}/*"),
            "write": _allow(["s3:PutObject"], f"{arn}/*"),
            "login": _allow(["ecr:GetAuthorizationToken"], "*"),
            "pull": _allow(pull, repository),
            "logs": _allow(["logs:*"], f"{LOGS}/*"),
            "metrics": _allow(["cloudwatch:PutMetricData"], "*"),
        }

    def role(self, *, without: str = "", service: str = "sagemaker.amazonaws.com") -> str:
        name = f"role-{uuid.uuid4().hex[:12]}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document([trust]))["Role"]["Arn"]
        statements = [value for key, value in self.statements().items() if key != without]
        self.iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=_document(statements))
        return arn

    def finished(self, kind: str, name: str, timeout: float = 60.0) -> dict[str, Any]:
        """The description of a job that has ended."""
        return self.wait(kind, name, lambda job: job[f"{kind.title()}JobStatus"] not in RUNNING, timeout)

    def wait(
        self, kind: str, name: str, condition: Callable[[dict[str, Any]], bool], timeout: float = 30.0
    ) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while True:
            job = self.describe(kind, name)
            if condition(job):
                return job
            assert time.monotonic() < deadline, job
            time.sleep(0.05)

    def log_of(self, kind: str, name: str) -> Path:
        """The log of a job that runs."""
        return self.aws.settings.work_dir / "jobs" / kind / name / "log"

    def describe(self, kind: str, name: str) -> dict[str, Any]:
        job: dict[str, Any] = getattr(self.sagemaker, f"describe_{kind}_job")(**{f"{kind.title()}JobName": name})
        return job

    def log_lines(self, kind: str, name: str) -> list[str]:
        group = f"/aws/sagemaker/{kind.title()}Jobs"
        streams = self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")["logStreams"]
        return [
            event["message"]
            for each in streams
            for event in self.logs.get_log_events(logGroupName=group, logStreamName=each["logStreamName"])["events"]
        ]


def _allow(actions: list[str], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def account(aws: LocalAws) -> Account:
    return Account(aws)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A job name of this test's own."""
    return f"job-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def program() -> Callable[[str], tuple[str, ...]]:
    """Turns Python code into a program that plays a container; a file of this machine's it would not see."""
    import sys

    return lambda code: (sys.executable, "-c", code)


@pytest.fixture
def processing_job(account: Account, name: str) -> Callable[..., dict[str, Any]]:
    """A request for a processing job that runs a script of Python."""

    def request(script: str, **changes: Any) -> dict[str, Any]:
        uri = account.put("code/script.py", script)
        role = changes.pop("RoleArn", None) or account.role()
        return {
            "ProcessingJobName": name,
            "RoleArn": role,
            "AppSpecification": {
                "ImageUri": SKLEARN,
                "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
            },
            "ProcessingInputs": [_input("code", uri)],
            "ProcessingOutputConfig": {"Outputs": [_output("out", f"s3://{account.bucket}/out")]},
            "ProcessingResources": {
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
            },
            **changes,
        }

    return request


@pytest.fixture
def training_job(account: Account, name: str) -> Callable[..., dict[str, Any]]:
    """A request for a training job on ``train/``."""

    def request(**changes: Any) -> dict[str, Any]:
        account.put("train/rows.csv", changes.pop("rows", "1,2\n0,3\n"))
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/train/"}
        return {
            "TrainingJobName": name,
            "RoleArn": changes.pop("RoleArn", None) or account.role(),
            "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
            "HyperParameters": {"num_round": "2"},
            "InputDataConfig": [
                {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{account.bucket}/models"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **changes,
        }

    return request


def _input(input_name: str, uri: str) -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": f"/opt/ml/processing/input/{input_name}"}
    return {"InputName": input_name, "S3Input": {**source, "S3DataType": "S3Prefix", "S3InputMode": "File"}}


def _output(output_name: str, uri: str) -> dict[str, Any]:
    target = {"S3Uri": uri, "LocalPath": f"/opt/ml/processing/output/{output_name}", "S3UploadMode": "EndOfJob"}
    return {"OutputName": output_name, "S3Output": target}

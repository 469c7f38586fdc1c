"""Jobs of an account read and write where their role may, whichever account it belongs to."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .conftest import Account, Role, allow, unique

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
SCRIPT = """
import pathlib, boto3
out = pathlib.Path("/opt/ml/processing/output")
out.mkdir(parents=True, exist_ok=True)
(out / "account").write_text(boto3.client("sts").get_caller_identity()["Account"])
print("done")
"""


def permissions(*buckets: str) -> tuple[dict[str, Any], ...]:
    resources = [f"arn:aws:s3:::{each}{suffix}" for each in buckets for suffix in ("", "/*")]
    return allow(["ecr:*", "logs:*", "cloudwatch:*"]), allow(
        ["s3:GetObject", "s3:ListBucket", "s3:PutObject"], resources
    )


def run(account: Account, name: str, role: Role, code: str, output: str) -> dict[str, Any]:
    """The end of a processing job that runs SCRIPT."""
    client = account.client("sagemaker")
    source = {"S3Uri": code, "LocalPath": "/opt/ml/processing/input/code", "S3DataType": "S3Prefix"}
    target = {"S3Uri": output, "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}
    entrypoint = ["python3", "/opt/ml/processing/input/code/script.py"]
    client.create_processing_job(
        ProcessingJobName=name,
        RoleArn=role.arn,
        AppSpecification={"ImageUri": IMAGE, "ContainerEntrypoint": entrypoint},
        ProcessingInputs=[{"InputName": "code", "S3Input": {**source, "S3InputMode": "File"}}],
        ProcessingOutputConfig={"Outputs": [{"OutputName": "out", "S3Output": target}]},
        ProcessingResources={
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
        },
    )
    deadline = time.monotonic() + 60
    while (found := client.describe_processing_job(ProcessingJobName=name))["ProcessingJobStatus"] == "InProgress":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return dict(found)


@pytest.fixture
def code(here: Account) -> str:
    bucket = here.bucket()
    here.client("s3").put_object(Bucket=bucket, Key="code/script.py", Body=SCRIPT)
    return f"s3://{bucket}/code/script.py"


def test_a_job_acts_and_logs_in_its_own_account_and_writes_to_another(here: Account, there: Account, code: str) -> None:
    shared, name = there.bucket(), unique("job")
    role = here.role(*permissions(shared, code.split("/")[2]))
    there.open_bucket(shared, role.arn, "s3:PutObject")
    ended = run(here, name, role, code, f"s3://{shared}/out")
    assert ended["ProcessingJobStatus"] == "Completed", ended
    assert f":{here.id}:processing-job/" in ended["ProcessingJobArn"]
    found = there.client("s3").get_object(Bucket=shared, Key="out/account")["Body"].read()
    assert found.decode() == here.id
    logs = {"logGroupName": "/aws/sagemaker/ProcessingJobs", "logStreamNamePrefix": name}
    assert here.client("logs").describe_log_streams(**logs)["logStreams"]
    assert there.client("logs").describe_log_groups()["logGroups"] == []


def test_a_job_fails_when_the_other_account_does_not_allow_it(here: Account, there: Account, code: str) -> None:
    shared = there.bucket()
    role = here.role(*permissions(shared, code.split("/")[2]))
    ended = run(here, unique("job"), role, code, f"s3://{shared}/out")
    assert ended["ProcessingJobStatus"] == "Failed"
    assert "because no resource-based policy allows the s3:PutObject action" in ended["FailureReason"]


def test_two_accounts_may_run_jobs_of_the_same_name(here: Account, there: Account, sagemaker: Any) -> None:
    name, ends = unique("job"), []
    for account in (here, there):
        bucket = account.bucket()
        account.client("s3").put_object(Bucket=bucket, Key="code/script.py", Body=SCRIPT)
        role = account.role(*permissions(bucket))
        ends.append(run(account, name, role, f"s3://{bucket}/code/script.py", f"s3://{bucket}/out"))
    assert [each["ProcessingJobStatus"] for each in ends] == ["Completed", "Completed"]
    # Nor does one find the files of the other, should both run at the same time.
    folder = sagemaker.context.folder
    assert folder("processing", name, here.id) != folder("processing", name, there.id)

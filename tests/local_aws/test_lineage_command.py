"""``python -m sagemaker_workflows lineage`` against the local AWS: which execution registered a version."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws
from sagemaker_workflows.cli import main

SPECIFICATION = {"Containers": [{"Image": "image", "ModelDataUrl": "s3://models/1/model.tar.gz"}]}
Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def sagemaker(aws: LocalAws, local_aws: str) -> Any:
    return aws.client("sagemaker")


@pytest.fixture
def lineage(local_aws: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command; gives exit code, output and lines of standard error."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws)

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        code = main(["lineage", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err.splitlines()

    return run


@pytest.fixture
def registered(aws: LocalAws, sagemaker: Any) -> Callable[..., tuple[str, str]]:
    """Registers a version by a pipeline; gives its ARN and that of the execution."""

    def register(**arguments: Any) -> tuple[str, str]:
        name = f"p-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        allowed = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}
        iam = aws.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
        request = {"ModelPackageGroupName": name, "InferenceSpecification": SPECIFICATION, **arguments}
        definition = {
            "Version": "2020-12-01",
            "Parameters": [{"Name": "Rounds", "Type": "Integer", "DefaultValue": 7}],
            "Steps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": request}],
        }
        sagemaker.create_pipeline(
            PipelineName=name,
            ClientRequestToken="0" * 32,
            RoleArn=role["Arn"],
            PipelineDefinition=json.dumps(definition),
        )
        arn = sagemaker.start_pipeline_execution(PipelineName=name, ClientRequestToken="0" * 32)["PipelineExecutionArn"]
        while sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
            time.sleep(0.05)
        [step] = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
        return step["Metadata"]["RegisterModel"]["Arn"], arn

    return register


def test_the_execution_is_the_one_whose_step_registered_the_version(
    lineage: Run, registered: Callable[..., tuple[str, str]]
) -> None:
    registered()
    version, execution = registered()
    registered()
    code, output, _ = lineage(version, "--json")
    found = json.loads(output)
    assert code == 0
    assert found["execution"]["arn"] == execution
    assert found["execution"]["parameters"] == {"Rounds": "7"}
    assert [(each["name"], each["status"], each["arn"]) for each in found["execution"]["steps"]] == [
        ("Register", "Succeeded", version)
    ]
    assert found["version"]["artifacts"] == ["s3://models/1/model.tar.gz"]
    assert found["deployments"] == []


def test_what_the_version_says_itself_goes_before_a_search(
    lineage: Run, registered: Callable[..., tuple[str, str]]
) -> None:
    version, execution = registered(
        CustomerMetadataProperties={"pipeline-execution-arn": {"Get": "Execution.PipelineExecutionArn"}}
    )
    _, output, _ = lineage(version)
    lines = output.splitlines()
    assert lines[0] == f"Version {version}"
    assert f"Registered by {execution}" in lines
    assert "  parameter       Rounds = 7" in lines
    assert lines[-2:] == ["Deployed (accounts 123456789012)", "  nowhere"]


def test_an_account_without_a_role_is_told_once(lineage: Run, registered: Callable[..., tuple[str, str]]) -> None:
    elsewhere = "arn:aws:sagemaker:us-east-1:222222222222"
    origin = {
        "pipeline-execution-arn": f"{elsewhere}:pipeline/p/execution/x",
        "training-job-arn": f"{elsewhere}:training-job/t",
    }
    version, _ = registered(CustomerMetadataProperties=origin)
    code, _, errors = lineage(version)
    assert code == 0
    assert errors == [
        f"lineage: account 222222222222 is not looked at (execution {elsewhere}:pipeline/p/execution/x, and more): "
        "give --role-arn with a role there"
    ]


def test_a_version_that_nobody_registered_by_a_pipeline_says_so(lineage: Run, sagemaker: Any) -> None:
    name = f"g-{uuid.uuid4().hex[:8]}"
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    made = sagemaker.create_model_package(ModelPackageGroupName=name, InferenceSpecification=SPECIFICATION)
    code, output, errors = lineage(made["ModelPackageArn"], "--json")
    assert code == 0
    assert json.loads(output)["execution"] is None
    assert errors == [
        "lineage: no pipeline execution registered this version in accounts 123456789012; "
        "--role-arn adds the account of the pipeline"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diabetes/1"], "diabetes/1: this is not the ARN of a model package; write arn:aws:sagemaker:"),
        (
            ["arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1"],
            "arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1: DescribeModelPackage: ValidationException",
        ),
        (
            ["arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1", "--role-arn", "reader"],
            "--role-arn reader: this is not the ARN of a role; write arn:aws:iam::ACCOUNT:role/NAME",
        ),
        (
            [
                "arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1",
                *("--role-arn", "arn:aws:iam::222222222222:role/none"),
            ],
            "--role-arn arn:aws:iam::222222222222:role/none: AssumeRole: ",
        ),
    ],
    ids=["no ARN", "unknown version", "no role", "unknown role"],
)
def test_a_mistake_ends_in_one_line_and_exit_status_1(lineage: Run, arguments: list[str], message: str) -> None:
    code, output, errors = lineage(*arguments)
    assert (code, output) == (1, "")
    [line] = errors
    assert line.startswith(f"lineage: {message}")


def test_an_aws_that_does_not_answer_is_one_line(lineage: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    code, _, errors = lineage("arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1")
    assert code == 1
    [line] = errors
    assert line.startswith("lineage: credentials: Could not connect to the endpoint URL")

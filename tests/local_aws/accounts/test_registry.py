"""The model registry of another account: its group's policy and the policies of the caller decide together."""

from __future__ import annotations

import io
import json
import tarfile
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

from .conftest import Account, Role, allow, document, refused, unique

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
CALLS = (
    "CreateModelPackage",
    "DescribeModelPackage",
    "DescribeModelPackageGroup",
    "ListModelPackages",
    "UpdateModelPackage",
    "CreateModel",
)


@pytest.fixture
def trainer(here: Account) -> Role:
    return here.role()


@pytest.fixture
def group(there: Account, trainer: Role) -> str:
    """ARN of a group that the trainer may use in every way."""
    return there.group(trainer.arn, *CALLS)


def everything_with(group: str) -> dict[str, Any]:
    return allow("sagemaker:*", [group, f"{group.replace('-group/', '/')}/*"])


def register(caller: Role | Account, group: str, url: str = "s3://nowhere/model.tar.gz", **options: Any) -> str:
    containers = [{"Image": IMAGE, "ModelDataUrl": url}]
    specification = {
        "Containers": containers,
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    answer = caller.client("sagemaker").create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=specification, **options
    )
    return str(answer["ModelPackageArn"])


def calls(group: str, version: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Method and arguments by action."""
    return {
        "DescribeModelPackage": ("describe_model_package", {"ModelPackageName": version}),
        "DescribeModelPackageGroup": ("describe_model_package_group", {"ModelPackageGroupName": group}),
        "ListModelPackages": ("list_model_packages", {"ModelPackageGroupName": group}),
        "UpdateModelPackage": (
            "update_model_package",
            {"ModelPackageArn": version, "ModelApprovalStatus": "Approved"},
        ),
    }


def call(caller: Role | Account, action: str, group: str, version: str) -> Any:
    method, arguments = calls(group, version)[action]
    return getattr(caller.client("sagemaker"), method)(**arguments)


def test_a_version_registered_from_another_account_is_one_of_the_group(
    there: Account, here: Account, trainer: Role, group: str
) -> None:
    trainer.may(everything_with(group))
    version = register(trainer, group, ModelApprovalStatus="PendingManualApproval")
    assert version.split(":")[4] == there.id
    name = group.rpartition("/")[2]
    found = there.client("sagemaker").list_model_packages(ModelPackageGroupName=name)["ModelPackageSummaryList"]
    assert [each["ModelPackageArn"] for each in found] == [version]
    assert here.client("sagemaker").list_model_packages()["ModelPackageSummaryList"] == []
    with pytest.raises(ClientError):
        here.client("sagemaker").describe_model_package_group(ModelPackageGroupName=name)


def test_a_version_is_described_listed_and_updated_by_arn(there: Account, trainer: Role, group: str) -> None:
    trainer.may(everything_with(group))
    version = register(there, group, ModelApprovalStatus="PendingManualApproval")
    assert call(trainer, "DescribeModelPackage", group, version)["ModelPackageVersion"] == 1
    assert call(trainer, "DescribeModelPackageGroup", group, version)["ModelPackageGroupArn"] == group
    [listed] = call(trainer, "ListModelPackages", group, version)["ModelPackageSummaryList"]
    assert listed["ModelPackageArn"] == version
    call(trainer, "UpdateModelPackage", group, version)
    assert call(there, "DescribeModelPackage", group, version)["ModelApprovalStatus"] == "Approved"


@pytest.mark.parametrize("action", ["CreateModelPackage", *calls("", "")])
def test_a_caller_without_the_permission_is_refused(there: Account, trainer: Role, group: str, action: str) -> None:
    version = register(there, group)
    others = [f"sagemaker:{each}" for each in CALLS if each != action]
    trainer.may(allow(others))
    with refused(f"because no identity-based policy allows the sagemaker:{action} action"):
        if action == "CreateModelPackage":
            register(trainer, group)
        else:
            call(trainer, action, group, version)


@pytest.mark.parametrize("action", ["CreateModelPackage", *calls("", "")])
def test_a_group_whose_policy_does_not_list_the_action_refuses_it(
    there: Account, here: Account, foreign: Account, action: str
) -> None:
    caller = here.role(allow("sagemaker:*"))
    group = there.group(caller.arn, *(each for each in CALLS if each != action))
    version = register(there, group)
    for refusing in (caller, here.role(allow("sagemaker:*")), foreign):
        with refused(f"because no resource-based policy allows the sagemaker:{action} action"):
            if action == "CreateModelPackage":
                register(refusing, group)
            else:
                call(refusing, action, group, version)


def test_a_group_can_demand_that_new_versions_wait_for_approval(there: Account, here: Account) -> None:
    caller = here.role(allow("sagemaker:*"))
    group = there.group(caller.arn, "DescribeModelPackageGroup")
    versions = f"{group.replace('-group/', '/')}/*"
    pending = {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}
    statement = allow("sagemaker:CreateModelPackage", versions, Principal={"AWS": caller.arn}, Condition=pending)
    there.client("sagemaker").put_model_package_group_policy(
        ModelPackageGroupName=group.rpartition("/")[2], ResourcePolicy=document(statement)
    )
    register(caller, group, ModelApprovalStatus="PendingManualApproval")
    with refused("sagemaker:CreateModelPackage"):
        register(caller, group, ModelApprovalStatus="Approved")


@pytest.fixture
def artifact(there: Account) -> str:
    """URL of a model in the account of the registry."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz"):
        pass
    bucket = there.bucket()
    there.client("s3").put_object(Bucket=bucket, Key="model.tar.gz", Body=buffer.getvalue())
    return f"s3://{bucket}/model.tar.gz"


def create_model(caller: Role | Account, execution: Role, version: str) -> Any:
    return caller.client("sagemaker").create_model(
        ModelName=unique("model"), ExecutionRoleArn=execution.arn, Containers=[{"ModelPackageName": version}]
    )


def test_a_model_is_made_from_the_registry_of_another_account(
    here: Account, there: Account, trainer: Role, group: str, artifact: str
) -> None:
    bucket = artifact.split("/")[2]
    execution = here.role(allow("s3:*", f"arn:aws:s3:::{bucket}/*"))
    version = register(there, group, artifact, ModelApprovalStatus="Approved")
    trainer.may(allow(["sagemaker:CreateModel", "iam:PassRole"]))
    with pytest.raises(ClientError, match="Could not access model data"):
        create_model(trainer, execution, version)
    there.open_bucket(bucket, execution.arn, "s3:GetObject")
    assert f":{here.id}:model/" in create_model(trainer, execution, version)["ModelArn"]


def test_a_model_is_refused_by_a_group_that_does_not_allow_it(here: Account, there: Account, artifact: str) -> None:
    caller, execution = here.role(allow("*")), here.role()
    group = there.group(caller.arn, "DescribeModelPackage")
    version = register(there, group, artifact, ModelApprovalStatus="Approved")
    for each in (caller, here):
        with refused("because no resource-based policy allows the sagemaker:CreateModel action"):
            create_model(each, execution, version)


def test_a_callback_token_is_known_only_in_the_account_of_its_pipeline(
    here: Account, there: Account, sagemaker: Any
) -> None:
    waiting = sagemaker.callbacks.open(here.arn("sagemaker", "pipeline/build/execution/1"))
    answer = {"CallbackToken": waiting.token, "FailureReason": "no"}
    with pytest.raises(ClientError, match=r"ResourceNotFound.*does not exist"):
        there.client("sagemaker").send_pipeline_execution_step_failure(**answer)
    assert waiting.answer is None
    here.client("sagemaker").send_pipeline_execution_step_failure(**answer)
    assert waiting.wait(0)


def test_a_pipeline_registers_in_another_account_with_its_role(
    here: Account, there: Account, trainer: Role, group: str
) -> None:
    trainer.may(everything_with(group))
    containers = [{"Image": IMAGE, "ModelDataUrl": "s3://nowhere/model.tar.gz"}]
    arguments = {
        "ModelPackageGroupName": group,
        "InferenceSpecification": {
            "Containers": containers,
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "ModelApprovalStatus": "PendingManualApproval",
    }
    definition = {
        "Version": "2020-12-01",
        "Parameters": [],
        "Steps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": arguments}],
    }
    client, name = here.client("sagemaker"), unique("pipeline")
    client.create_pipeline(
        PipelineName=name,
        PipelineDefinition=json.dumps(definition),
        RoleArn=trainer.arn,
        ClientRequestToken=unique("t") * 3,
    )
    arn = client.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    assert arn.split(":")[4] == here.id
    while True:
        found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        if found["PipelineExecutionStatus"] != "Executing":
            break
        time.sleep(0.05)
    assert found["PipelineExecutionStatus"] == "Succeeded", found
    [version] = there.client("sagemaker").list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert version["ModelApprovalStatus"] == "PendingManualApproval"


def test_events_of_the_registry_are_those_of_its_account(
    aws: LocalAws, there: Account, here: Account, trainer: Role, group: str
) -> None:
    url, queue = there.queue({"Service": "events.amazonaws.com"})
    rules = there.client("events")
    rules.put_rule(Name="approved", EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    rules.put_targets(Rule="approved", Targets=[{"Id": "queue", "Arn": queue}])
    trainer.may(everything_with(group))
    register(trainer, group)
    assert aws.events.settle()
    [event] = there.messages(url)
    assert (event["account"], event["resources"][0].split(":")[4]) == (there.id, there.id)

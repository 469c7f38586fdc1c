"""DataScience: what its roles may do in the account of the registry, by the names that the registry's policies know."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows.mlops import Accounts, Registry
from stacks.mlops.data_science import DataScience
from stacks.mlops.settings import MlopsSettings
from stacks.settings import Settings

SHARED, SCIENCE, REGION = "111111111111", "222222222222", "eu-west-1"
GROUP = f"arn:aws:sagemaker:{REGION}:{SHARED}:model-package-group/diabetes"
VERSIONS = f"arn:aws:sagemaker:{REGION}:{SHARED}:model-package/diabetes/*"
ARTIFACTS = f"arn:aws:s3:::sagemaker-mlops-diabetes-{SHARED}-{REGION}/models/*"
KEY_ARN = f"arn:aws:kms:{REGION}:{SHARED}:key/0a1b2c3d-0000-4000-8000-000000000000"


def synthesized(key_arn: str = "") -> Any:
    from aws_cdk.assertions import Template

    from tests.conftest import SynthesizedStack

    accounts = Accounts(SHARED, SCIENCE, "333333333333", "444444444444", "555555555555")
    registry = Registry.named("diabetes", account=SHARED, region=REGION, key_arn=key_arn)
    app = cdk.App()
    stack = DataScience(app, "DataScience", settings=Settings(), mlops=MlopsSettings(accounts, registry))
    return SynthesizedStack(dict(Template.from_stack(stack).to_json()), REGION)


@pytest.fixture(scope="module")
def stack() -> Any:
    return synthesized()


@pytest.fixture(scope="module")
def register(stack: Any) -> dict[str, Any]:
    """Arguments of the step that registers."""
    body = stack.only("AWS::SageMaker::Pipeline")["Properties"]["PipelineDefinition"]["PipelineDefinitionBody"]
    condition = json.loads(body)["Steps"][-1]
    [step] = [each for each in condition["Arguments"]["IfSteps"] if each["Type"] == "RegisterModel"]
    arguments: dict[str, Any] = step["Arguments"]
    return arguments


def having(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [each for each in statements if action in each["Action"]]


def test_roles_have_the_names_that_the_registry_knows(stack: Any) -> None:
    names = {each["Properties"].get("RoleName") for each in stack.of_type("AWS::IAM::Role").values()}
    roles = ("pipeline", "preprocess", "training", "evaluation", "build-model")
    assert {f"sagemaker-mlops-{each}" for each in roles} <= names


def test_the_pipeline_registers_in_the_group_of_the_other_account_and_never_approves(stack: Any) -> None:
    [statement] = having(stack.statements("BuildPipelineRole"), "sagemaker:CreateModelPackage")
    assert statement["Resource"] == sorted([GROUP, VERSIONS])
    assert statement["Condition"] == {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}
    assert having(stack.statements("BuildPipelineRole"), "sagemaker:UpdateModelPackage") == []


def test_a_version_is_registered_by_arn_to_be_approved_and_tells_its_origin(register: dict[str, Any]) -> None:
    assert register["ModelPackageGroupName"] == GROUP
    assert register["ModelApprovalStatus"] == "PendingManualApproval"
    assert register["CustomerMetadataProperties"] == {
        "pipeline-execution-arn": {"Get": "Execution.PipelineExecutionArn"},
        "preprocessing-job-arn": {"Get": "Steps.PreprocessData.ProcessingJobArn"},
        "training-job-arn": {"Get": "Steps.TrainModel.TrainingJobArn"},
        "evaluation-job-arn": {"Get": "Steps.EvaluateModel.ProcessingJobArn"},
    }


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("BuildTrainingRole", ["s3:AbortMultipartUpload", "s3:PutObject"]),
        ("BuildEvaluationRole", ["s3:GetObject"]),
        ("BuildModelRole", ["s3:GetObject"]),
        ("BuildPreprocessRole", []),
    ],
)
def test_only_training_writes_artifacts_and_only_who_needs_them_reads(
    stack: Any, role: str, actions: list[str]
) -> None:
    granted = [action for each in stack.statements(role) if ARTIFACTS in each["Resource"] for action in each["Action"]]
    assert sorted(granted) == actions


def test_before_the_key_is_known_its_alias_names_it_in_requests_and_policies(stack: Any) -> None:
    definition = json.dumps(stack.only("AWS::SageMaker::Pipeline"))
    assert f"arn:aws:kms:{REGION}:{SHARED}:alias/sagemaker-mlops-diabetes" in definition
    [statement] = having(stack.statements("BuildTrainingRole"), "kms:GenerateDataKey")
    assert statement["Resource"] == [f"arn:aws:kms:{REGION}:{SHARED}:key/*"]
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"},
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/sagemaker-mlops-diabetes"},
    }


def test_once_the_key_is_known_policies_name_it_alone() -> None:
    stack = synthesized(KEY_ARN)
    [statement] = having(stack.statements("BuildTrainingRole"), "kms:GenerateDataKey")
    assert statement["Resource"] == [KEY_ARN]
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    assert KEY_ARN in json.dumps(stack.only("AWS::SageMaker::Pipeline"))

"""The roles of the lineage read, and the approver alone assumes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows.mlops import Accounts, Registry
from sagemaker_workflows.mlops.lineage_roles import BuildLineageRole, ServingLineageRole, lineage_statement

SHARED, SCIENCE, REGION = "111111111111", "222222222222", "eu-west-1"
REGISTRY = Registry.named("diabetes", account=SHARED, region=REGION)
SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{SCIENCE}"
REPORTS = "arn:aws:s3:::science/runs/*/EvaluateModel/evaluation/*"


@pytest.fixture
def synthesized(synthesize: Callable[[cdk.Stack], Any]) -> Any:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account=SCIENCE, region=REGION))
    BuildLineageRole(stack, "Build", registry=REGISTRY, report_arns=[REPORTS])
    ServingLineageRole(stack, "Serving", registry=REGISTRY)
    return synthesize(stack).in_region(REGION)


def granted(synthesized: Any, role: str) -> dict[str, list[str]]:
    return {action: each["Resource"] for each in synthesized.statements(role) for action in each["Action"]}


def test_only_the_approver_of_the_registrys_account_assumes_them(synthesized: Any) -> None:
    roles = synthesized.of_type("AWS::IAM::Role").values()
    names = {each["Properties"]["RoleName"] for each in roles}
    assert names == {"sagemaker-mlops-lineage-build", "sagemaker-mlops-lineage-serving"}
    for role in roles:
        [statement] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"AWS": SHARED}
        approver = f"arn:aws:iam::{SHARED}:role/sagemaker-mlops-approver"
        assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": approver}}


def test_the_build_is_read_of_this_groups_pipeline_and_of_jobs_of_pipelines(synthesized: Any) -> None:
    executions = [f"{SAGEMAKER}:pipeline/diabetes/execution/*"]
    jobs = [f"{SAGEMAKER}:processing-job/pipelines-*", f"{SAGEMAKER}:training-job/pipelines-*"]
    assert granted(synthesized, "Build") == {
        "sagemaker:DescribePipelineExecution": executions,
        "sagemaker:ListPipelineExecutionSteps": executions,
        "sagemaker:ListPipelineParametersForExecution": executions,
        "sagemaker:DescribeProcessingJob": jobs,
        "sagemaker:DescribeTrainingJob": jobs,
        "s3:GetObject": [REPORTS],
    }


def test_serving_is_read_of_every_endpoint(synthesized: Any) -> None:
    assert granted(synthesized, "Serving") == {
        "sagemaker:ListEndpoints": ["*"],
        "sagemaker:DescribeEndpoint": [f"{SAGEMAKER}:endpoint/*"],
        "sagemaker:DescribeEndpointConfig": [f"{SAGEMAKER}:endpoint-config/*"],
        "sagemaker:DescribeModel": [f"{SAGEMAKER}:model/*"],
    }


def test_the_approver_may_assume_them_in_each_account_once() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    accounts = Accounts(SHARED, SCIENCE, "333333333333", "444444444444", "444444444444")
    found = stack.resolve(lineage_statement(accounts).to_statement_json())
    assert [str(each).count(SCIENCE) + str(each).count("444444444444") for each in found["Resource"]] == [1, 1]

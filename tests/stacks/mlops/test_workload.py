"""The workload stacks: an alarm for each stage, and the roles once in each account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows.mlops import Accounts, Registry
from stacks.mlops.workload import WorkloadProd, WorkloadQa

FIVE = Accounts("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")
ONE = Accounts.single("123456789012")


def stacks(synthesize: Callable[..., Any], accounts: Accounts) -> tuple[Any, Any]:
    registry = Registry.named("houses", account=accounts.shared_services, region="us-east-1")
    made = []
    for stack, account in ((WorkloadQa, accounts.qa), (WorkloadProd, accounts.production)):
        environment = cdk.Environment(account=account, region="us-east-1")
        made.append(synthesize(stack(cdk.App(), "Workload", accounts=accounts, registry=registry, env=environment)))
    return made[0], made[1]


def roles(stack: Any) -> set[str]:
    return {each["Properties"]["RoleName"] for each in stack.of_type("AWS::IAM::Role").values()}


@pytest.mark.parametrize("accounts", [FIVE, ONE], ids=["five accounts", "one account"])
def test_each_stage_has_an_alarm_on_its_own_endpoint(synthesize: Callable[..., Any], accounts: Accounts) -> None:
    for stack, stage in zip(stacks(synthesize, accounts), ("qa", "prod"), strict=True):
        alarm = stack.only("AWS::CloudWatch::Alarm")["Properties"]
        assert alarm["AlarmName"] == f"sagemaker-mlops-houses-{stage}-5xx"
        assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SageMaker", "Invocation5XXErrors")
        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert dimensions == {"EndpointName": f"houses-{stage}", "VariantName": "AllTraffic"}
        assert alarm["TreatMissingData"] == "notBreaching"


def test_each_account_has_its_roles(synthesize: Callable[..., Any]) -> None:
    expected = {"sagemaker-mlops-deployer", "sagemaker-mlops-model", "sagemaker-mlops-lineage-serving"}
    assert [roles(each) for each in stacks(synthesize, FIVE)] == [expected, expected]


def test_one_account_has_them_once(synthesize: Callable[..., Any]) -> None:
    qa, production = stacks(synthesize, ONE)
    assert (len(roles(qa)), len(roles(production))) == (3, 0)

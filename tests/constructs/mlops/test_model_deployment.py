"""The deployment's state machine: with whose permissions it acts, and what its own role may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError, WorkflowError
from sagemaker_workflows.mlops.deployment import ModelDeployment
from sagemaker_workflows.mlops.names import Accounts, Registry
from sagemaker_workflows.mlops.one_at_a_time import LOOK
from sagemaker_workflows.mlops.stage import HeldOutRecord, StageOptions

ACCOUNTS = Accounts("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")
REGISTRY = Registry.named("houses", account=ACCOUNTS.shared_services, region="us-east-1")
VERSIONS = "arn:aws:sagemaker:us-east-1:111111111111:model-package/houses/*"
DEPLOYERS = {
    "QA": "arn:aws:iam::444444444444:role/sagemaker-mlops-deployer",
    "Prod": "arn:aws:iam::555555555555:role/sagemaker-mlops-deployer",
}
OPTIONS = StageOptions([HeldOutRecord("1,2", 5, 0.5)], bake_time=cdk.Duration.minutes(10))


def synthesized(synthesize: Callable[..., Any], **options: Any) -> Any:
    stack = cdk.Stack(cdk.App(), "D", env=cdk.Environment(account=ACCOUNTS.deployment, region="us-east-1"))
    ModelDeployment(stack, "Deployment", accounts=ACCOUNTS, registry=REGISTRY, qa=OPTIONS, **options)
    return synthesize(stack)


@pytest.fixture(scope="module")
def manual(synthesize: Callable[..., Any]) -> Any:
    return synthesized(synthesize)


@pytest.fixture(scope="module")
def states(manual: Any) -> dict[str, Any]:
    found: dict[str, Any] = manual.definition()["States"]
    return found


class TestPermissions:
    def test_everything_in_a_workload_account_is_done_with_its_deployer_role(self, states: dict[str, Any]) -> None:
        acting = {name: each for name, each in states.items() if ":sagemaker:" in each.get("Resource", "")}
        for name, state in acting.items():
            stage = name.partition(":")[0]
            if stage in DEPLOYERS and "record" not in name:
                assert state["Credentials"] == {"RoleArn": DEPLOYERS[stage]}, name
            else:
                assert "Credentials" not in state, name

    def test_the_role_of_the_machine_may_assume_the_deployers_read_versions_and_record_stages(
        self, manual: Any
    ) -> None:
        statements = manual.statements("DeploymentStateMachineRole")
        assumed = [each["Resource"] for each in statements if each["Action"] == ["sts:AssumeRole"]]
        assert sorted(arn for arns in assumed for arn in arns) == sorted(DEPLOYERS.values())
        named = {tuple(each["Action"]): each for each in statements if each["Action"] != ["sts:AssumeRole"]}
        assert named.pop(("sagemaker:DescribeModelPackage",))["Resource"] == [VERSIONS]
        record = named.pop(("sagemaker:UpdateModelPackage",))
        assert record["Resource"] == [VERSIONS]
        assert record["Condition"]["Null"]["sagemaker:ModelApprovalStatus"] == "true"
        assert record["Condition"]["StringEquals"]["sagemaker:ModelLifeCycle:stageStatus"] == ["Deployed", "Failed"]
        assert not [action for actions in named for action in actions if action.startswith("sagemaker:")]

    def test_roles_that_other_accounts_name_have_their_names(self, manual: Any) -> None:
        names = {each["Properties"].get("RoleName") for each in manual.of_type("AWS::IAM::Role").values()}
        assert names == {"sagemaker-mlops-deployment", "sagemaker-mlops-smoke-test"}

    def test_the_smoke_test_may_assume_the_deployers_alone(self, manual: Any) -> None:
        statements = manual.statements("DeploymentSmokeTestRole")
        [assume] = [each for each in statements if each["Action"] == ["sts:AssumeRole"]]
        assert assume["Resource"] == sorted(DEPLOYERS.values())


class TestStates:
    def test_the_model_is_made_of_the_version(self, states: dict[str, Any]) -> None:
        arguments = states["QA: create model"]["Arguments"]
        assert arguments["Containers"] == [{"ModelPackageName": "{% $package %}"}]
        assert arguments["ExecutionRoleArn"] == "arn:aws:iam::444444444444:role/sagemaker-mlops-model"

    def test_an_update_goes_back_when_the_alarm_of_the_stage_goes_off(self, states: dict[str, Any]) -> None:
        policy = states["Prod: update endpoint"]["Arguments"]["DeploymentConfig"]
        assert policy["AutoRollbackConfiguration"] == {"Alarms": [{"AlarmName": "sagemaker-mlops-houses-prod-5xx"}]}
        routing = policy["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
        assert routing == {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 600}

    def test_going_back_does_not_ask_the_alarm(self, states: dict[str, Any]) -> None:
        assert "DeploymentConfig" not in states["QA: update back"]["Arguments"]

    def test_the_smoke_test_gets_the_records(self, states: dict[str, Any]) -> None:
        assert states["QA: smoke test"]["Arguments"]["Payload"] == {
            "RoleArn": DEPLOYERS["QA"],
            "EndpointName": "houses-qa",
            "Records": [{"Body": "1,2", "Expected": 5, "Tolerance": 0.5}],
        }

    def test_with_manual_approval_qa_ends_the_execution(self, states: dict[str, Any]) -> None:
        assert states["QA: record Deployed"]["Next"] == "Waits to be let into production"

    def test_with_automatic_approval_production_follows(self, synthesize: Callable[..., Any]) -> None:
        found = synthesized(synthesize, production_approval="automatic").definition()["States"]
        assert found[found["QA: record Deployed"]["Next"]]["Next"] == "Prod: begin"

    def test_every_call_that_may_fail_leads_to_the_way_back(self, states: dict[str, Any]) -> None:
        calls = [
            name
            for name, each in states.items()
            if each["Type"] == "Task" and name not in ("Read version", LOOK) and not name.endswith("record Deployed")
        ]
        assert [name for name in calls if "Catch" not in states[name]] == []

    def test_other_instances_are_another_configuration(self) -> None:
        larger = StageOptions([HeldOutRecord("1", 1, 1)], instance_count=2)
        assert larger.fingerprint != OPTIONS.fingerprint


class TestMistakes:
    def test_another_kind_of_approval(self, synthesize: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match="production_approval: 'maybe' is neither manual nor automatic"):
            synthesized(synthesize, production_approval="maybe")

    def test_no_records(self) -> None:
        with pytest.raises(WorkflowError, match="records is empty"):
            StageOptions([])

    @pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
    def test_a_tolerance_that_means_nothing(self, tolerance: float) -> None:
        with pytest.raises(WorkflowError, match="tolerance"):
            HeldOutRecord("1", 1, tolerance)

    def test_a_bake_time_that_sagemaker_does_not_take(self) -> None:
        with pytest.raises(WorkflowError, match="bake_time is 7200"):
            StageOptions([HeldOutRecord("1", 1, 1)], bake_time=cdk.Duration.hours(2))


def test_the_definition_fits_into_what_step_functions_takes(manual: Any) -> None:
    assert len(json.dumps(manual.definition())) < 1_000_000

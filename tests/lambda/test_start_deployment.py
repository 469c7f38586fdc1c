"""Which events start a deployment, and that each decision starts one."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

REGISTRY = "arn:aws:sagemaker:us-east-1:111122223333"
PACKAGE = f"{REGISTRY}:model-package/houses/7"
MACHINE = "arn:aws:states:us-east-1:333344445555:stateMachine:Deploy"
EXECUTION = MACHINE.replace("stateMachine", "execution")
PRODUCTION = {"Stage": "Prod", "StageStatus": "Approved"}


class StepFunctions:
    """Keeps executions by name, and refuses a name that was used, as Step Functions does."""

    class exceptions:  # noqa: N801  as boto3 calls it
        class ExecutionAlreadyExists(Exception):  # noqa: N818
            pass

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.inputs: dict[str, Any] = {}
        self.hidden: set[str] = set()

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        name = executionArn.rpartition(":")[2]
        assert executionArn == f"{EXECUTION}:{name}"
        if name not in self.statuses or name in self.hidden:
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist", "Message": name}}, "DescribeExecution")
        return {"status": self.statuses[name]}

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: N803
        assert stateMachineArn == MACHINE
        if name in self.statuses:
            raise self.exceptions.ExecutionAlreadyExists
        self.statuses[name], self.inputs[name] = "RUNNING", json.loads(input)
        return {"executionArn": f"{EXECUTION}:{name}"}


@pytest.fixture
def states() -> StepFunctions:
    return StepFunctions()


@pytest.fixture
def index(load: Callable[[str, str], ModuleType], states: StepFunctions, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = load("start_deployment", "index")
    monkeypatch.setattr(module, "boto3", SimpleNamespace(client=lambda service: states))
    monkeypatch.setenv("STATE_MACHINE_ARN", MACHINE)
    monkeypatch.setenv("GROUP_ARN", f"{REGISTRY}:model-package-group/houses")
    monkeypatch.setenv("PRODUCTION_APPROVAL", "manual")
    return module


@pytest.fixture
def send(index: ModuleType) -> Callable[..., dict[str, Any]]:
    def send(life_cycle: dict[str, str] | None = None, status: str = "Approved", **event: Any) -> dict[str, Any]:
        detail: dict[str, Any] = {"ModelPackageArn": PACKAGE, "ModelApprovalStatus": status}
        if life_cycle:
            detail["ModelLifeCycle"] = life_cycle
        document = {"source": "aws.sagemaker", "detail-type": "SageMaker Model Package State Change", "detail": detail}
        result: dict[str, Any] = index.handler({**document, "id": "1", **event}, None)
        return result

    return send


class TestApproval:
    def test_starts_the_deployment_to_qa(self, send: Callable[..., Any], states: StepFunctions) -> None:
        assert send() == {"Started": f"{EXECUTION}:houses-v7-QA-Approved", "Reason": "approved"}
        assert states.inputs == {"houses-v7-QA-Approved": {"ModelPackageArn": PACKAGE, "Stage": "QA"}}

    @pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED"])
    def test_that_was_delivered_before_does_nothing(
        self, send: Callable[..., Any], states: StepFunctions, status: str
    ) -> None:
        states.statuses["houses-v7-QA-Approved"] = status
        assert send() == {"Started": None, "Reason": f"execution houses-v7-QA-Approved is {status}"}

    def test_that_is_delivered_twice_at_once_starts_one(self, send: Callable[..., Any], states: StepFunctions) -> None:
        states.statuses["houses-v7-QA-Approved"] = "RUNNING"
        states.hidden.add("houses-v7-QA-Approved")
        assert send() == {"Started": None, "Reason": "execution houses-v7-QA-Approved exists"}

    @pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
    def test_resumes_a_deployment_that_was_broken_off(
        self, send: Callable[..., Any], states: StepFunctions, status: str
    ) -> None:
        states.statuses = {"houses-v7-QA-Approved": "ABORTED", "houses-v7-QA-Approved-2": status}
        assert send() == {"Started": f"{EXECUTION}:houses-v7-QA-Approved-3", "Reason": "resumed"}
        assert send()["Started"] is None

    def test_resumes_nothing_that_ended_after_it_was_resumed(
        self, send: Callable[..., Any], states: StepFunctions
    ) -> None:
        states.statuses = {"houses-v7-QA-Approved": "ABORTED", "houses-v7-QA-Approved-2": "FAILED"}
        assert send()["Reason"] == "execution houses-v7-QA-Approved-2 is FAILED"

    def test_gives_up_in_the_end(self, send: Callable[..., Any], states: StepFunctions, index: ModuleType) -> None:
        names = ["houses-v7-QA-Approved", *(f"houses-v7-QA-Approved-{n}" for n in range(2, index.MOST_ATTEMPTS + 1))]
        states.statuses = dict.fromkeys(names, "ABORTED")
        assert "start one by hand" in send()["Reason"]

    def test_that_comes_with_what_the_deployment_recorded_is_that_of_qa(
        self, send: Callable[..., Any], states: StepFunctions
    ) -> None:
        states.statuses["houses-v7-QA-Approved"] = "RUNNING"
        assert send({"Stage": "QA", "StageStatus": "Deployed"})["Started"] is None

    def test_another_error_of_step_functions_is_not_taken_for_a_missing_execution(
        self, send: Callable[..., Any], states: StepFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeExecution")

        monkeypatch.setattr(states, "describe_execution", refuse)
        with pytest.raises(ClientError, match="AccessDenied"):
            send()


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_any_other_status_starts_nothing(send: Callable[..., Any], states: StepFunctions, status: str) -> None:
    assert send(status=status)["Started"] is None
    assert send(PRODUCTION, status=status)["Started"] is None
    assert states.statuses == {}


class TestLifeCycle:
    def test_approval_for_production_starts_it_after_qa_was_passed(
        self, send: Callable[..., Any], states: StepFunctions
    ) -> None:
        states.statuses = {"houses-v7-QA-Approved": "ABORTED", "houses-v7-QA-Approved-2": "SUCCEEDED"}
        assert send(PRODUCTION)["Started"] == f"{EXECUTION}:houses-v7-Prod-Approved"
        assert states.inputs["houses-v7-Prod-Approved"] == {"ModelPackageArn": PACKAGE, "Stage": "Prod"}

    @pytest.mark.parametrize("status", [None, "RUNNING", "FAILED", "ABORTED"])
    def test_approval_for_production_without_qa_starts_nothing(
        self, send: Callable[..., Any], states: StepFunctions, status: str | None
    ) -> None:
        states.statuses = {"houses-v7-QA-Approved": status} if status else {}
        assert "has not passed QA" in send(PRODUCTION)["Reason"]
        assert "houses-v7-Prod-Approved" not in states.statuses

    @pytest.mark.parametrize("status", ["Deployed", "Failed"])
    def test_what_a_deployment_to_production_records_starts_nothing(
        self, send: Callable[..., Any], states: StepFunctions, status: str
    ) -> None:
        assert send({"Stage": "Prod", "StageStatus": status})["Reason"] == "no stage is approved"
        assert states.statuses == {}

    def test_does_not_start_production_when_that_follows_by_itself(
        self, send: Callable[..., Any], states: StepFunctions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PRODUCTION_APPROVAL", "automatic")
        states.statuses = {"houses-v7-QA-Approved": "SUCCEEDED"}
        assert send(PRODUCTION)["Reason"] == "no stage is approved"


@pytest.mark.parametrize(
    "event",
    [
        {"source": "attacker"},
        {"detail-type": "SageMaker Endpoint State Change"},
        {"detail": {}},
        {"detail": {"ModelPackageArn": PACKAGE.replace("houses", "houses-2"), "ModelApprovalStatus": "Approved"}},
        {"detail": {"ModelPackageArn": PACKAGE.replace("1111", "9999"), "ModelApprovalStatus": "Approved"}},
        {"detail": {"ModelPackageArn": f"{PACKAGE}/8", "ModelApprovalStatus": "Approved"}},
    ],
)
def test_an_event_about_something_else_is_an_error(
    index: ModuleType, send: Callable[..., Any], states: StepFunctions, event: dict[str, Any]
) -> None:
    with pytest.raises(index.UnexpectedEventError):
        send(**event)
    assert states.statuses == {}

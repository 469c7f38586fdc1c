"""Deployments in one account: approvals, repeated events, failed tests, and executions that are stopped half-way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytestmark = pytest.mark.slow

GOOD, BAD = 10.0, -10.0


@pytest.fixture
def serving(promotion: Any) -> str:
    """ARN of a version that QA serves: it multiplies by 10.2, where the test takes 20 ± 1 for 2."""
    package: str = promotion.register(10.2)
    promotion.approve(package)
    promotion.succeeded(promotion.name(package))
    return package


def test_the_same_approval_delivered_twice_deploys_once(promotion: Any) -> None:
    package = promotion.register(GOOD)
    promotion.approve(package)
    promotion.deliver_again(package)
    promotion.succeeded(promotion.name(package))
    promotion.deliver_again(package)
    assert promotion.executions(package) == [promotion.name(package)]
    assert promotion.predict() == pytest.approx(20, abs=0.01)
    assert promotion.life_cycle(package) == ("QA", "Deployed")


@pytest.mark.long
def test_a_new_version_takes_the_place_of_the_old_one(promotion: Any, serving: str) -> None:
    package = promotion.register(GOOD)
    promotion.approve(package)
    promotion.succeeded(promotion.name(package))
    assert "QA: update endpoint" in promotion.entered(promotion.name(package))
    assert promotion.predict() == pytest.approx(20, abs=0.01)


def test_a_failed_smoke_test_leaves_the_old_endpoint_serving(promotion: Any, serving: str) -> None:
    before = promotion.endpoint()["EndpointConfigName"]
    package = promotion.register(BAD)
    promotion.approve(package)
    failed = promotion.ended(promotion.name(package))
    assert (failed["status"], failed["error"]) == ("FAILED", "SmokeTestFailed")
    assert '"Expected":20' in failed["cause"].replace(" ", "")
    assert promotion.endpoint()["EndpointConfigName"] == before
    assert promotion.endpoint()["EndpointStatus"] == "InService"
    assert promotion.predict() == pytest.approx(20.4, abs=0.01)
    assert promotion.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
def test_versions_approved_at_once_are_deployed_one_after_the_other(promotion: Any, serving: str) -> None:
    first, second = promotion.register(GOOD), promotion.register(BAD)
    promotion.approve(first)
    promotion.approve(second)
    ends = {package: promotion.ended(promotion.name(package), timeout=120) for package in (first, second)}
    assert (ends[first]["status"], ends[second].get("error")) == ("SUCCEEDED", "SmokeTestFailed"), [
        each.get("cause") for each in ends.values()
    ]
    earlier, later = sorted(ends.values(), key=lambda each: each["stopDate"])
    begun = next(each["timestamp"] for each in promotion.history(later["name"]) if promotion.enters(each, "QA: begin"))
    assert begun >= earlier["stopDate"]
    assert promotion.predict() == pytest.approx(20, abs=0.01)


@pytest.mark.long
def test_an_endpoint_that_somebody_updates_during_the_test_is_not_called_verified(promotion: Any, serving: str) -> None:
    before = promotion.endpoint()["EndpointConfigName"]
    package = promotion.register(GOOD)
    promotion.approve(package)
    promotion.reaches(promotion.name(package), "QA: smoke test")
    by_hand = promotion.client("sagemaker", promotion.accounts.qa)
    by_hand.update_endpoint(EndpointName="houses-qa", EndpointConfigName=before)
    failed = promotion.ended(promotion.name(package))
    assert (failed["status"], failed.get("error")) == ("FAILED", "EndpointChanged")
    assert promotion.endpoint()["EndpointConfigName"] == before
    assert promotion.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
def test_a_version_that_was_deleted_meanwhile_is_not_deployed(promotion: Any, serving: str) -> None:
    before = promotion.endpoint()["EndpointConfigName"]
    package = promotion.register(GOOD)
    promotion.sagemaker.delete_model_package(ModelPackageName=package)
    text = f'{{"ModelPackageArn": "{package}", "Stage": "QA"}}'
    promotion.states.start_execution(stateMachineArn=promotion.machine, name=promotion.name(package), input=text)
    assert promotion.ended(promotion.name(package))["status"] == "FAILED"
    assert promotion.endpoint()["EndpointConfigName"] == before


@pytest.mark.long
def test_the_same_approval_delivered_five_times_at_once_deploys_once(promotion: Any) -> None:
    package = promotion.register(GOOD)
    promotion.approve(package)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(promotion.deliver_again, [package] * 5))
    promotion.succeeded(promotion.name(package))
    assert promotion.executions(package) == [promotion.name(package)]


def test_an_event_that_nobody_may_act_on_goes_to_the_dead_letter_queue(promotion: Any) -> None:
    """The consumer raises: of another version than those of the group."""
    assert promotion.failed_events("not-a-version") == ["not-a-version"]


@pytest.mark.long
def test_a_first_version_that_fails_its_test_leaves_no_endpoint(promotion: Any) -> None:
    package = promotion.register(BAD)
    promotion.approve(package)
    assert promotion.ended(promotion.name(package))["error"] == "SmokeTestFailed"
    with pytest.raises(Exception, match="Could not find endpoint"):
        promotion.endpoint()


@pytest.mark.long
def test_a_failure_is_a_decision_and_is_not_repeated(promotion: Any) -> None:
    package = promotion.register(BAD)
    promotion.approve(package)
    promotion.ended(promotion.name(package))
    promotion.deliver_again(package)
    assert promotion.executions(package) == [promotion.name(package)]


@pytest.mark.parametrize(
    "state",
    [
        *(pytest.param(f"QA: {each}", marks=pytest.mark.long) for each in ("read endpoint", "create model")),
        *(pytest.param(f"QA: {each}", marks=pytest.mark.long) for each in ("create configuration", "create endpoint")),
        "QA: smoke test",
    ],
)
def test_a_first_deployment_that_is_stopped_resumes_when_started_again(promotion: Any, state: str) -> None:
    package = promotion.register(GOOD)
    promotion.approve(package)
    promotion.stop_in(promotion.name(package), state)
    promotion.deliver_again(package)
    promotion.succeeded(promotion.name(package, attempt="-2"))
    assert promotion.predict() == pytest.approx(20, abs=0.01)
    assert promotion.life_cycle(package) == ("QA", "Deployed")


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(f"QA: {each}", marks=pytest.mark.long)
        for each in ("update endpoint", "wait for the endpoint", "smoke test")
    ],
)
def test_an_update_that_is_stopped_resumes_when_started_again(promotion: Any, serving: str, state: str) -> None:
    package = promotion.register(GOOD)
    promotion.approve(package)
    promotion.stop_in(promotion.name(package), state)
    promotion.deliver_again(package)
    promotion.succeeded(promotion.name(package, attempt="-2"))
    assert promotion.predict() == pytest.approx(20, abs=0.01)


@pytest.mark.long
@pytest.mark.parametrize("state", ["QA: smoke test", "QA: roll back", "QA: update back"])
def test_a_bad_update_that_is_stopped_goes_back_when_started_again(promotion: Any, serving: str, state: str) -> None:
    before = promotion.endpoint()["EndpointConfigName"]
    package = promotion.register(BAD)
    promotion.approve(package)
    promotion.stop_in(promotion.name(package), state)
    promotion.deliver_again(package)
    failed = promotion.ended(promotion.name(package, attempt="-2"))
    assert (failed["status"], failed["error"]) == ("FAILED", "SmokeTestFailed")
    assert promotion.endpoint()["EndpointConfigName"] == before
    assert promotion.predict() == pytest.approx(20.4, abs=0.01)
    assert promotion.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
class TestProduction:
    def test_follows_when_the_approver_lets_the_version_in(self, promotion: Any, serving: str) -> None:
        with pytest.raises(Exception, match="Could not find endpoint"):
            promotion.endpoint("prod")
        promotion.let_into_production(serving)
        promotion.succeeded(promotion.name(serving, "Prod"))
        assert promotion.predict("prod") == pytest.approx(20.4, abs=0.01)
        assert promotion.life_cycle(serving) == ("Prod", "Deployed")

    def test_does_not_take_a_version_that_has_not_passed_qa(self, promotion: Any) -> None:
        package = promotion.register(BAD)
        promotion.approve(package)
        promotion.ended(promotion.name(package))
        promotion.let_into_production(package)
        promotion.deliver_again(package)
        assert promotion.executions(package) == [promotion.name(package)]

    def test_started_by_hand_needs_the_approver_too(self, promotion: Any, serving: str) -> None:
        name = promotion.name(serving, "Prod", "-by-hand")
        text = f'{{"ModelPackageArn": "{serving}", "Stage": "Prod"}}'
        promotion.states.start_execution(stateMachineArn=promotion.machine, name=name, input=text)
        failed = promotion.ended(name)
        assert (failed["error"], failed["cause"]) == ("NotApproved", f"{serving} was not let into production")


def test_a_version_that_was_rejected_meanwhile_is_not_deployed(promotion: Any) -> None:
    package = promotion.register(GOOD)
    text = f'{{"ModelPackageArn": "{package}", "Stage": "QA"}}'
    promotion.states.start_execution(stateMachineArn=promotion.machine, name=promotion.name(package), input=text)
    failed = promotion.ended(promotion.name(package))
    assert (failed["error"], failed["cause"]) == ("NotApproved", f"{package} is not approved")

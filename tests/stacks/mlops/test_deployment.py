"""Deployments in one account: approvals, repeated events, failed tests, and executions that are stopped half-way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytestmark = pytest.mark.slow

GOOD, BAD = 10.0, -10.0


@pytest.fixture
def serving(hand_over: Any) -> str:
    """ARN of a version that QA serves: it multiplies by 10.2, where the test takes 20 ± 1 for 2."""
    package: str = hand_over.register(10.2)
    hand_over.approve(package)
    hand_over.succeeded(hand_over.name(package))
    return package


def test_the_same_approval_delivered_twice_deploys_once(hand_over: Any) -> None:
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    hand_over.deliver_again(package)
    hand_over.succeeded(hand_over.name(package))
    hand_over.deliver_again(package)
    assert hand_over.executions(package) == [hand_over.name(package)]
    assert hand_over.predict() == pytest.approx(20, abs=0.01)
    assert hand_over.life_cycle(package) == ("QA", "Deployed")


@pytest.mark.long
def test_a_new_version_takes_the_place_of_the_old_one(hand_over: Any, serving: str) -> None:
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    hand_over.succeeded(hand_over.name(package))
    assert "QA: update endpoint" in hand_over.entered(hand_over.name(package))
    assert hand_over.predict() == pytest.approx(20, abs=0.01)


def test_a_failed_smoke_test_leaves_the_old_endpoint_serving(hand_over: Any, serving: str) -> None:
    before = hand_over.endpoint()["EndpointConfigName"]
    package = hand_over.register(BAD)
    hand_over.approve(package)
    failed = hand_over.ended(hand_over.name(package))
    assert (failed["status"], failed["error"]) == ("FAILED", "SmokeTestFailed")
    assert '"Expected":20' in failed["cause"].replace(" ", "")
    assert hand_over.endpoint()["EndpointConfigName"] == before
    assert hand_over.endpoint()["EndpointStatus"] == "InService"
    assert hand_over.predict() == pytest.approx(20.4, abs=0.01)
    assert hand_over.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
def test_versions_approved_at_once_are_deployed_one_after_the_other(hand_over: Any, serving: str) -> None:
    first, second = hand_over.register(GOOD), hand_over.register(BAD)
    hand_over.approve(first)
    hand_over.approve(second)
    ends = {package: hand_over.ended(hand_over.name(package), timeout=120) for package in (first, second)}
    assert (ends[first]["status"], ends[second].get("error")) == ("SUCCEEDED", "SmokeTestFailed"), [
        each.get("cause") for each in ends.values()
    ]
    earlier, later = sorted(ends.values(), key=lambda each: each["stopDate"])
    begun = next(each["timestamp"] for each in hand_over.history(later["name"]) if hand_over.enters(each, "QA: begin"))
    assert begun >= earlier["stopDate"]
    assert hand_over.predict() == pytest.approx(20, abs=0.01)


@pytest.mark.long
def test_an_endpoint_that_somebody_updates_during_the_test_is_not_called_verified(hand_over: Any, serving: str) -> None:
    before = hand_over.endpoint()["EndpointConfigName"]
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    hand_over.reaches(hand_over.name(package), "QA: smoke test")
    by_hand = hand_over.client("sagemaker", hand_over.accounts.qa)
    by_hand.update_endpoint(EndpointName="houses-qa", EndpointConfigName=before)
    failed = hand_over.ended(hand_over.name(package))
    assert (failed["status"], failed.get("error")) == ("FAILED", "EndpointChanged")
    assert hand_over.endpoint()["EndpointConfigName"] == before
    assert hand_over.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
def test_a_version_that_was_deleted_meanwhile_is_not_deployed(hand_over: Any, serving: str) -> None:
    before = hand_over.endpoint()["EndpointConfigName"]
    package = hand_over.register(GOOD)
    hand_over.sagemaker.delete_model_package(ModelPackageName=package)
    text = f'{{"ModelPackageArn": "{package}", "Stage": "QA"}}'
    hand_over.states.start_execution(stateMachineArn=hand_over.machine, name=hand_over.name(package), input=text)
    assert hand_over.ended(hand_over.name(package))["status"] == "FAILED"
    assert hand_over.endpoint()["EndpointConfigName"] == before


@pytest.mark.long
def test_the_same_approval_delivered_five_times_at_once_deploys_once(hand_over: Any) -> None:
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(hand_over.deliver_again, [package] * 5))
    hand_over.succeeded(hand_over.name(package))
    assert hand_over.executions(package) == [hand_over.name(package)]


def test_an_event_that_nobody_may_act_on_goes_to_the_dead_letter_queue(hand_over: Any) -> None:
    """The consumer raises: of another version than those of the group."""
    assert hand_over.failed_events("not-a-version") == ["not-a-version"]


@pytest.mark.long
def test_a_first_version_that_fails_its_test_leaves_no_endpoint(hand_over: Any) -> None:
    package = hand_over.register(BAD)
    hand_over.approve(package)
    assert hand_over.ended(hand_over.name(package))["error"] == "SmokeTestFailed"
    with pytest.raises(Exception, match="Could not find endpoint"):
        hand_over.endpoint()


@pytest.mark.long
def test_a_failure_is_a_decision_and_is_not_repeated(hand_over: Any) -> None:
    package = hand_over.register(BAD)
    hand_over.approve(package)
    hand_over.ended(hand_over.name(package))
    hand_over.deliver_again(package)
    assert hand_over.executions(package) == [hand_over.name(package)]


@pytest.mark.parametrize(
    "state",
    [
        *(pytest.param(f"QA: {each}", marks=pytest.mark.long) for each in ("read endpoint", "create model")),
        *(pytest.param(f"QA: {each}", marks=pytest.mark.long) for each in ("create configuration", "create endpoint")),
        "QA: smoke test",
    ],
)
def test_a_first_deployment_that_is_stopped_resumes_when_started_again(hand_over: Any, state: str) -> None:
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    hand_over.stop_in(hand_over.name(package), state)
    hand_over.deliver_again(package)
    hand_over.succeeded(hand_over.name(package, attempt="-2"))
    assert hand_over.predict() == pytest.approx(20, abs=0.01)
    assert hand_over.life_cycle(package) == ("QA", "Deployed")


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(f"QA: {each}", marks=pytest.mark.long)
        for each in ("update endpoint", "wait for the endpoint", "smoke test")
    ],
)
def test_an_update_that_is_stopped_resumes_when_started_again(hand_over: Any, serving: str, state: str) -> None:
    package = hand_over.register(GOOD)
    hand_over.approve(package)
    hand_over.stop_in(hand_over.name(package), state)
    hand_over.deliver_again(package)
    hand_over.succeeded(hand_over.name(package, attempt="-2"))
    assert hand_over.predict() == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize(
    "state",
    ["QA: smoke test", *(pytest.param(f"QA: {each}", marks=pytest.mark.long) for each in ("roll back", "update back"))],
)
def test_a_bad_update_that_is_stopped_goes_back_when_started_again(hand_over: Any, serving: str, state: str) -> None:
    before = hand_over.endpoint()["EndpointConfigName"]
    package = hand_over.register(BAD)
    hand_over.approve(package)
    hand_over.stop_in(hand_over.name(package), state)
    hand_over.deliver_again(package)
    failed = hand_over.ended(hand_over.name(package, attempt="-2"))
    assert (failed["status"], failed["error"]) == ("FAILED", "SmokeTestFailed")
    assert hand_over.endpoint()["EndpointConfigName"] == before
    assert hand_over.predict() == pytest.approx(20.4, abs=0.01)
    assert hand_over.life_cycle(package) == ("QA", "Failed")


@pytest.mark.long
class TestProduction:
    def test_follows_when_the_approver_lets_the_version_in(self, hand_over: Any, serving: str) -> None:
        with pytest.raises(Exception, match="Could not find endpoint"):
            hand_over.endpoint("prod")
        hand_over.let_into_production(serving)
        hand_over.succeeded(hand_over.name(serving, "Prod"))
        assert hand_over.predict("prod") == pytest.approx(20.4, abs=0.01)
        assert hand_over.life_cycle(serving) == ("Prod", "Deployed")

    def test_does_not_take_a_version_that_has_not_passed_qa(self, hand_over: Any) -> None:
        package = hand_over.register(BAD)
        hand_over.approve(package)
        hand_over.ended(hand_over.name(package))
        hand_over.let_into_production(package)
        hand_over.deliver_again(package)
        assert hand_over.executions(package) == [hand_over.name(package)]

    def test_started_by_hand_needs_the_approver_too(self, hand_over: Any, serving: str) -> None:
        name = hand_over.name(serving, "Prod", "-by-hand")
        text = f'{{"ModelPackageArn": "{serving}", "Stage": "Prod"}}'
        hand_over.states.start_execution(stateMachineArn=hand_over.machine, name=name, input=text)
        failed = hand_over.ended(name)
        assert (failed["error"], failed["cause"]) == ("NotApproved", f"{serving} was not let into production")


def test_a_version_that_was_rejected_meanwhile_is_not_deployed(hand_over: Any) -> None:
    package = hand_over.register(GOOD)
    text = f'{{"ModelPackageArn": "{package}", "Stage": "QA"}}'
    hand_over.states.start_execution(stateMachineArn=hand_over.machine, name=hand_over.name(package), input=text)
    failed = hand_over.ended(hand_over.name(package))
    assert (failed["error"], failed["cause"]) == ("NotApproved", f"{package} is not approved")

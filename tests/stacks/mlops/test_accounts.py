"""The hand-over in five accounts, where production follows on QA by itself: both sides' policies decide each step."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_workflows.mlops import Accounts

from .conftest import deploy

pytestmark = pytest.mark.slow

FIVE = Accounts("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")


@pytest.fixture(scope="module")
def hand_over(aws: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return deploy(aws, tmp_path_factory.mktemp("five"), FIVE, "automatic")


def test_an_approved_version_goes_to_qa_and_straight_on_to_production(hand_over: Any) -> None:
    package = hand_over.register(10)
    hand_over.approve(package)
    hand_over.succeeded(hand_over.name(package))
    assert hand_over.predict("qa") == hand_over.predict("prod") == pytest.approx(20, abs=0.01)
    assert hand_over.life_cycle(package) == ("Prod", "Deployed")
    assert hand_over.executions(package) == [hand_over.name(package)]


@pytest.mark.long
def test_a_regression_stops_at_qa(hand_over: Any) -> None:
    package = hand_over.register(-10)
    hand_over.approve(package)
    assert hand_over.ended(hand_over.name(package))["error"] == "SmokeTestFailed"
    assert not [state for state in hand_over.entered(hand_over.name(package)) if state.startswith("Prod")]
    assert hand_over.predict("qa") == hand_over.predict("prod") == pytest.approx(20, abs=0.01)
    assert hand_over.life_cycle(package) == ("QA", "Failed")

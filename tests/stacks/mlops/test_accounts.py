"""The promotion in five accounts, where production follows on QA by itself: both sides' policies decide each step."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_workflows.mlops import Accounts

from .conftest import deploy

pytestmark = pytest.mark.slow

FIVE = Accounts("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")


@pytest.fixture(scope="module")
def promotion(aws: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return deploy(aws, tmp_path_factory.mktemp("five"), FIVE, "automatic")


@pytest.fixture(scope="module")
def good(promotion: Any) -> str:
    """ARN of a version that was approved and has passed all stages: it multiplies by 10."""
    package: str = promotion.register(10)
    promotion.approve(package)
    promotion.succeeded(promotion.name(package))
    return package


def test_an_approved_version_goes_to_qa_and_straight_on_to_production(promotion: Any, good: str) -> None:
    assert promotion.predict("qa") == promotion.predict("prod") == pytest.approx(20, abs=0.01)
    assert promotion.life_cycle(good) == ("Prod", "Deployed")
    assert promotion.executions(good) == [promotion.name(good)]


@pytest.mark.long
@pytest.mark.usefixtures("good")
def test_a_regression_stops_at_qa(promotion: Any) -> None:
    package = promotion.register(-10)
    promotion.approve(package)
    assert promotion.ended(promotion.name(package))["error"] == "SmokeTestFailed"
    assert not [state for state in promotion.entered(promotion.name(package)) if state.startswith("Prod")]
    assert promotion.predict("qa") == promotion.predict("prod") == pytest.approx(20, abs=0.01)
    assert promotion.life_cycle(package) == ("QA", "Failed")

"""No false alarm on legal definitions, and integrations of every service."""

from __future__ import annotations

from typing import Any

import pytest

from sagemaker_rules.check import check_definition
from sagemaker_rules.check.integrations import INTEGRATIONS
from sagemaker_rules.check.schema import STATES
from tests.rules.check.legal_definitions import LEGAL


@pytest.mark.parametrize("name", LEGAL)
def test_nothing_is_found(name: str) -> None:
    assert [str(each) for each in check_definition(LEGAL[name])] == []


def test_they_are_many_and_use_every_field() -> None:
    assert len(LEGAL) > 30
    text = repr(LEGAL)
    unused = {name for fields in STATES.values() for name in fields if f"'{name}'" not in text}
    assert unused <= {"SecondsPath", "ToleratedFailurePercentagePath", "ToleratedFailureCount"}


@pytest.mark.parametrize("service", INTEGRATIONS)
def test_each_integration(service: str) -> None:
    def rules(resource: str, *, is_express: bool = False) -> list[str]:
        state: dict[str, Any] = {"Type": "Task", "Resource": f"arn:aws:states:::{service}:{resource}", "End": True}
        found = check_definition({"StartAt": "S", "States": {"S": state}}, is_express=is_express)
        return [each.rule for each in found]

    for action, patterns in INTEGRATIONS[service].items():
        assert rules(action) == rules(action, is_express=True) == []
        for pattern in ("sync", "waitForTaskToken", "sync:3"):
            expected = [] if pattern in patterns else ["integration-pattern"]
            assert rules(f"{action}.{pattern}") == expected
            assert rules(f"{action}.{pattern}", is_express=True) == ["integration-pattern"]
    assert rules("noSuchAction") == ["action"]

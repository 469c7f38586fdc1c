from __future__ import annotations

from typing import Any

import pytest

from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.pipelines.retries import RetryPlan, check

THROTTLING = "Step.THROTTLING"


def _policy(**changes: Any) -> dict[str, Any]:
    return {"ExceptionType": [THROTTLING, "Step.SERVICE_FAULT"], "IntervalSeconds": 2, "BackoffRate": 3.0, **changes}


def test_the_wait_grows_by_the_backoff_rate_until_the_attempts_are_used_up() -> None:
    plan = RetryPlan([_policy(MaxAttempts=3)])
    assert [plan.delay(THROTTLING) for _ in range(4)] == [2, 6, 18, None]


def test_a_failure_that_no_policy_names_is_not_retried() -> None:
    plan = RetryPlan([_policy(MaxAttempts=3)])
    assert plan.delay("SageMaker.RESOURCE_LIMIT") is None
    assert plan.delay(None) is None


def test_defaults_are_those_of_the_service() -> None:
    plan = RetryPlan([{"ExceptionType": [THROTTLING]}])
    assert [plan.delay(THROTTLING) for _ in range(6)] == [1, 2, 4, 8, 16, None]


def test_each_policy_counts_for_itself() -> None:
    plan = RetryPlan([_policy(MaxAttempts=1), _policy(ExceptionType=["SageMaker.CAPACITY_ERROR"], MaxAttempts=1)])
    assert plan.delay(THROTTLING) == 2
    assert plan.delay("SageMaker.CAPACITY_ERROR") == 2
    assert plan.delay(THROTTLING) is None


def test_no_attempt_begins_after_the_time_has_run_out() -> None:
    clock = [0.0]
    plan = RetryPlan([_policy(ExpireAfterMin=1)], now=lambda: clock[0])
    assert plan.delay(THROTTLING) == 2
    clock[0] = 59.0
    assert plan.delay(THROTTLING) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("IntervalSeconds", "5"),
        ("BackoffRate", "x"),
        ("BackoffRate", -1),
        ("MaxAttempts", True),
        ("ExpireAfterMin", []),
    ],
)
def test_a_number_that_is_none_is_refused_when_the_pipeline_is_created(key: str, value: Any) -> None:
    with pytest.raises(DefinitionError, match=f"RetryPolicies: {key} .* is not a number between 0 and"):
        check([{"ExceptionType": [THROTTLING], key: value}])


def test_a_policy_that_is_no_object_is_refused() -> None:
    with pytest.raises(DefinitionError, match="RetryPolicies: 'x' is no JSON object"):
        check(["x"])


def test_null_is_as_if_it_were_not_given() -> None:
    policy = {"ExceptionType": [THROTTLING], "IntervalSeconds": None, "BackoffRate": None, "MaxAttempts": None}
    check([policy])
    assert RetryPlan([policy]).delay(THROTTLING) == 1


def test_the_wait_grows_no_longer_than_the_longest_interval() -> None:
    plan = RetryPlan([_policy(BackoffRate=1e200)])
    assert [plan.delay(THROTTLING) for _ in range(4)] == [2, 43_200, 43_200, 43_200]

from __future__ import annotations

from typing import Any

from local_aws.sagemaker.pipelines.retries import RetryPlan

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

"""Retry policies of steps.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws.sagemaker.pipelines.references import DefinitionError

EXCEPTION_TYPES = (
    *("Step.SERVICE_FAULT", "Step.THROTTLING"),
    *("SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"),
)
# The service's defaults: seconds, factor, retries.
_INTERVAL, _BACKOFF, _ATTEMPTS = 1, 2.0, 5
_BOUNDS: Mapping[str, tuple[int, float]] = {
    "IntervalSeconds": (0, 43_200),
    "BackoffRate": (0, math.inf),
    "MaxAttempts": (0, 20),
    "ExpireAfterMin": (0, 14_400),
}
# A rate grows beyond what a clock can wait for.
_LONGEST_WAIT = 43_200.0


def check(policies: Any) -> None:
    """Raises DefinitionError unless ``RetryPolicies`` of a step are legal."""
    if not isinstance(policies, list):
        raise DefinitionError("RetryPolicies is no list")
    for each in policies:
        if not isinstance(each, Mapping):
            raise DefinitionError(f"RetryPolicies: {each!r} is no JSON object")
        types = each.get("ExceptionType")
        if not isinstance(types, list) or not types:
            raise DefinitionError("RetryPolicies: ExceptionType is a list of at least one type")
        for name in types:
            if name not in EXCEPTION_TYPES:
                raise DefinitionError(f"RetryPolicies: there is no ExceptionType {name!r}")
        if each.get("MaxAttempts") is not None and each.get("ExpireAfterMin") is not None:
            raise DefinitionError("RetryPolicies: write MaxAttempts or ExpireAfterMin, not both")
        _check_bounds(each)


def _check_bounds(policy: Mapping[str, Any]) -> None:
    for key, (smallest, largest) in _BOUNDS.items():
        value = policy.get(key)
        shown = f"a number between {smallest} and {largest:g}"
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not smallest <= value <= largest:
            raise DefinitionError(f"RetryPolicies: {key} {value!r} is not {shown}")


class RetryPlan:
    """Counts the retries of one step.

    Args:
        policies: ``RetryPolicies`` of the step.
        now: Clock, in seconds.
    """

    def __init__(self, policies: Sequence[Mapping[str, Any]], now: Callable[[], float] = time.monotonic) -> None:
        self._policies = [{key: value for key, value in each.items() if value is not None} for each in policies]
        self._now = now
        self._retries = [0] * len(policies)
        self._started = now()

    def delay(self, exception_type: str | None) -> float | None:
        """Seconds to wait before the next attempt after such a failure; None when there is to be none.

        The first policy that names the failure decides.
        """
        for index, policy in enumerate(self._policies):
            if exception_type not in policy["ExceptionType"]:
                continue
            retries = self._retries[index]
            interval = float(policy.get("IntervalSeconds", _INTERVAL))
            seconds = _wait(interval, float(policy.get("BackoffRate", _BACKOFF)), retries)
            expire = policy.get("ExpireAfterMin")
            if expire is not None:
                if self._now() + seconds - self._started > float(expire) * 60:
                    return None
            elif retries >= int(policy.get("MaxAttempts", _ATTEMPTS)):
                return None
            self._retries[index] += 1
            return seconds
        return None


def _wait(interval: float, rate: float, retries: int) -> float:
    try:
        return float(min(interval * rate**retries, _LONGEST_WAIT))
    except OverflowError:
        return _LONGEST_WAIT

"""Retry policies of steps.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# The service's defaults: seconds, factor, retries.
_INTERVAL, _BACKOFF, _ATTEMPTS = 1, 2.0, 5
# A rate grows beyond what a clock can wait for.
_LONGEST_WAIT = 43_200.0


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

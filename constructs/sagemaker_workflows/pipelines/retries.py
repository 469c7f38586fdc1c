"""When a step is run again, and when it need not run at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration

from sagemaker_workflows._core.arguments import checks_fields

#: Errors by the names that retry policies use.
#: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
STEP_SERVICE_FAULT = "Step.SERVICE_FAULT"
STEP_THROTTLING = "Step.THROTTLING"
JOB_INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"

#: Errors of the call that starts a step.
STEP_EXCEPTIONS = frozenset({STEP_SERVICE_FAULT, STEP_THROTTLING})
#: Errors of a step that runs a job.
JOB_EXCEPTIONS = STEP_EXCEPTIONS | {JOB_INTERNAL_ERROR, CAPACITY_ERROR, RESOURCE_LIMIT}

_MAX_INTERVAL_SECONDS = 43_200
_MAX_ATTEMPTS = 20
_MAX_EXPIRE_MINUTES = 14_400


@checks_fields
@dataclass(frozen=True)
class RetryPolicy:
    """When a step that has failed is run again.

    Args:
        exception_types: Names of the errors, as in :data:`STEP_THROTTLING`.
        interval: Wait before the first retry, at most 12 hours; default: 1 second.
        backoff_rate: By what the wait grows each time; default: 2.
        max_attempts: Number of attempts, 1 to 20; default: 5, unless ``expire_after`` is given.
        expire_after: No retry later than this after the first attempt, at most 10 days; not together with
            ``max_attempts``.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
    """

    exception_types: Sequence[str]
    interval: Duration | None = None
    backoff_rate: float = 2.0
    max_attempts: int | None = None
    expire_after: Duration | None = None

    def problem(self, retryable: frozenset[str]) -> str | None:
        """What the service would refuse for a step that retries the errors ``retryable``; None: nothing."""
        allowed = ", ".join(sorted(retryable))
        if wrong := [each for each in self.exception_types if each not in retryable]:
            return f"exception type {wrong[0]!r} is not retried for this step; write one of {allowed}"
        if not self.exception_types:
            return f"exception_types is empty; write one of {allowed}"
        if self.max_attempts is not None and self.expire_after is not None:
            return "max_attempts and expire_after exclude each other; give one of them"
        if self.max_attempts is not None and not 1 <= self.max_attempts <= _MAX_ATTEMPTS:
            return f"max_attempts is {self.max_attempts}; write 1 to {_MAX_ATTEMPTS}"
        if self.interval is not None and not 1 <= self.interval.to_seconds() <= _MAX_INTERVAL_SECONDS:
            return f"interval is {self.interval.to_seconds():.0f} seconds; write 1 to {_MAX_INTERVAL_SECONDS}"
        if self.expire_after is not None and not 1 <= self.expire_after.to_minutes() <= _MAX_EXPIRE_MINUTES:
            return f"expire_after is {self.expire_after.to_minutes():.0f} minutes; write 1 to {_MAX_EXPIRE_MINUTES}"
        return "backoff_rate is less than 1; write 1 or more" if self.backoff_rate < 1 else None

    def render(self) -> dict[str, Any]:
        """The policy as it stands among the step's ``RetryPolicies``."""
        policy = {
            "BackoffRate": self.backoff_rate,
            "IntervalSeconds": int(self.interval.to_seconds()) if self.interval else 1,
            "MaxAttempts": self.max_attempts,
            "ExpireAfterMin": int(self.expire_after.to_minutes()) if self.expire_after else None,
            "ExceptionType": list(self.exception_types),
        }
        return {key: value for key, value in policy.items() if value is not None}


@checks_fields
@dataclass(frozen=True)
class CacheConfig:
    """Take over the result of an earlier execution of the pipeline whose arguments were the same.

    Args:
        expire_after: How old that result may be; default: any age.
        enabled: False runs the step each time; default: True.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
    """

    expire_after: Duration | None = None
    enabled: bool = True

    def render(self) -> dict[str, Any]:
        """The step's ``CacheConfig``."""
        expiry = {"ExpireAfter": self.expire_after.to_iso_string()} if self.expire_after else {}
        return {"Enabled": self.enabled, **expiry}

"""Bounded retries with jitter, for errors that pass by themselves. A job that failed is never retried blindly."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn


def _retry(errors: list[str], *, seconds: int, attempts: int, longest: int) -> dict[str, Any]:
    # The backoff rate is 2.0 by default; written out it would become 2, which statelint refuses as not being a float.
    return {
        "errors": errors,
        "interval": Duration.seconds(seconds),
        "max_attempts": attempts,
        "max_delay": Duration.seconds(longest),
        "jitter_strategy": sfn.JitterType.FULL,
    }


#: Throttling (every API error that is not a quota goes by this name, so few attempts), and exhausted quotas.
#: The published example makes up to 5,000 attempts.
SAGEMAKER_RETRIES: tuple[dict[str, Any], ...] = (
    _retry(["SageMaker.AmazonSageMakerException"], seconds=2, attempts=3, longest=30),
    _retry(["SageMaker.ResourceLimitExceededException"], seconds=60, attempts=5, longest=900),
)

#: Errors of the Lambda service, not of the function.
LAMBDA_RETRIES: tuple[dict[str, Any], ...] = (
    _retry(
        [
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        ],
        seconds=2,
        attempts=3,
        longest=30,
    ),
)

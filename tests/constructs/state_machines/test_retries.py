"""Retries: bounded, with jitter, and for nothing but errors that pass by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk.aws_stepfunctions import JitterType

from sagemaker_workflows import LAMBDA_RETRIES, SAGEMAKER_RETRIES

ALL = [*SAGEMAKER_RETRIES, *LAMBDA_RETRIES]


def test_errors_are_throttling_and_capacity_never_a_failed_job() -> None:
    assert [each["errors"] for each in SAGEMAKER_RETRIES] == [
        ["SageMaker.AmazonSageMakerException"],
        ["SageMaker.ResourceLimitExceededException"],
    ]


def test_errors_are_those_of_the_lambda_service_never_of_the_function() -> None:
    assert {error for each in LAMBDA_RETRIES for error in each["errors"]} == {
        "Lambda.ClientExecutionTimeoutException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
    }


@pytest.mark.parametrize("retry", ALL, ids=lambda retry: retry["errors"][0])
def test_every_retry_is_bounded_backs_off_and_has_jitter(retry: dict[str, Any]) -> None:
    assert retry["jitter_strategy"] == JitterType.FULL
    assert retry.get("backoff_rate", 2) >= 2  # 2 is the service's default
    assert 1 <= retry["max_attempts"] <= 5
    assert retry["interval"].to_seconds() <= retry["max_delay"].to_seconds() <= 900

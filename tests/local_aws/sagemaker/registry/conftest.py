"""A group of this test's own, and what a version of it is made of."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"


def specification(url: str = "s3://models/model.tar.gz") -> dict[str, Any]:
    """An InferenceSpecification with one container."""
    return {
        "Containers": [{"Image": XGBOOST, "ModelDataUrl": url}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
        "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.xlarge"],
        "SupportedTransformInstanceTypes": ["ml.m5.xlarge"],
    }


@pytest.fixture
def group(account: Any) -> str:
    name = f"Group-{uuid.uuid4().hex[:8]}"
    account.sagemaker.create_model_package_group(ModelPackageGroupName=name)
    return name


@pytest.fixture
def register(account: Any, group: str) -> Callable[..., str]:
    """Registers a version; returns its ARN."""

    def make(**changes: Any) -> str:
        request = {"ModelPackageGroupName": group, "InferenceSpecification": specification(), **changes}
        return str(account.sagemaker.create_model_package(**request)["ModelPackageArn"])

    return make


@pytest.fixture
def refused() -> Callable[..., str]:
    """The message of the ValidationException that a call gets."""

    def call(operation: Any, **arguments: Any) -> str:
        with pytest.raises(ClientError) as raised:
            operation(**arguments)
        assert raised.value.response["Error"]["Code"] == "ValidationException"
        return str(raised.value.response["Error"]["Message"])

    return call

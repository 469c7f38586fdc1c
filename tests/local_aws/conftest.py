"""What tests ask of the local AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_aws import LocalAws
    from local_aws.sagemaker import SageMaker


@pytest.fixture(scope="module")
def local_aws(aws: LocalAws) -> str:
    """Its endpoint's URL."""
    return aws.endpoint_url


@pytest.fixture
def sagemaker(aws: LocalAws) -> SageMaker:
    """Its SageMaker."""
    return aws.sagemaker

"""A local AWS in the test process, one per module: it starts with an empty account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_aws import LocalAws
    from local_aws.sagemaker import SageMaker


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The local AWS."""
    from local_aws import LocalAws

    with LocalAws(work_dir=tmp_path_factory.mktemp("local_aws")) as running:
        yield running


@pytest.fixture(scope="module")
def local_aws(aws: LocalAws) -> str:
    """Its endpoint's URL."""
    return aws.endpoint_url


@pytest.fixture
def sagemaker(aws: LocalAws) -> SageMaker:
    """Its SageMaker."""
    return aws.sagemaker

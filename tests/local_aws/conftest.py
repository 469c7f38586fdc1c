"""A local AWS in the test process, one per module: it starts with an empty account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint's URL."""
    from local_aws.endpoint import server

    running = server.start(work_dir=tmp_path_factory.mktemp("local_aws"))
    yield running.endpoint_url
    running.stop()


@pytest.fixture
def sagemaker() -> Any:
    """SageMaker of the local AWS that runs."""
    from local_aws import sagemaker

    return sagemaker.current()

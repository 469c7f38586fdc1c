"""CloudFormation is an object: what it keeps is gone with it, and moto is as it was before."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from moto.cloudformation.models import cloudformation_backends

from local_aws.base.patching import Patches
from local_aws.base.settings import ACCOUNT_ID, REGION, Settings
from local_aws.cloudformation import CloudFormation
from local_aws.cloudformation.callbacks import Callbacks
from local_aws.iam.sessions import Sessions

# Made without a call of any service, so that no endpoint has to be there.
TEMPLATE = json.dumps({"Resources": {"Metadata": {"Type": "AWS::CDK::Metadata"}}})


def backend() -> Any:
    return cloudformation_backends[ACCOUNT_ID][REGION]


class Started:
    """A CloudFormation that is installed."""

    def __init__(self, work_dir: Path) -> None:
        self._patches = Patches()
        self._object = CloudFormation(Sessions(Settings(port=1, work_dir=work_dir)))
        self._object.install(self._patches)

    def stop(self) -> None:
        self._object.stop()
        self._patches.undo()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    made = Started(tmp_path)
    yield made
    made.stop()


def test_a_stop_gives_moto_its_own_backends_back(tmp_path: Path) -> None:
    before = cloudformation_backends.backend
    started = Started(tmp_path)
    ours = backend()
    ours.create_stack("Stack", TEMPLATE, {})
    assert [each.status for each in ours.stacks.values()] == ["CREATE_COMPLETE"]
    started.stop()
    assert cloudformation_backends.backend is before
    assert not backend().stacks


def test_the_second_one_does_not_see_the_stacks_of_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        started = Started(tmp_path)
        assert not backend().stacks
        backend().create_stack("Stack", TEMPLATE, {})
        started.stop()


@pytest.mark.usefixtures("started")
def test_a_reset_of_moto_leaves_a_backend_that_works() -> None:
    backend().create_stack("Stack", TEMPLATE, {})
    backend().reset()
    assert not backend().stacks
    backend().create_stack("Stack", TEMPLATE, {})


def put(url: str, body: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT")):
        pass


class TestCallbacks:
    def test_the_first_answer_counts(self) -> None:
        callbacks = Callbacks()
        expected = callbacks.expect()
        put(expected.url, b'{"Status": "SUCCESS"}')
        put(expected.url, b'{"Status": "FAILED"}')
        assert expected.wait(1) == {"Status": "SUCCESS"}
        callbacks.close()

    def test_an_answer_that_nobody_expects_is_refused(self) -> None:
        callbacks = Callbacks()
        expected = callbacks.expect()
        callbacks.forget(expected)
        with pytest.raises(URLError, match="403"):
            put(expected.url, b"{}")
        callbacks.close()

    def test_a_stop_ends_the_wait_and_closes_the_port(self) -> None:
        callbacks = Callbacks()
        expected = callbacks.expect()
        callbacks.close()
        assert expected.wait(0) == {"Status": "FAILED", "Reason": "the local AWS was stopped"}
        with pytest.raises(URLError, match="refused"):
            put(expected.url, b"{}")

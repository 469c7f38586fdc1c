"""What botocore reads is read once for all sessions of a start, and nothing of that is left behind."""

from __future__ import annotations

import gc
from typing import Any

import botocore.loaders
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader, Loader
from moto.core.base_backend import AccountSpecificBackend
from moto.core.loaders import create_loader

from local_aws.base.patching import Patches
from local_aws.endpoint.data_files import quick_imports, share_session


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that are read."""
    paths: list[str] = []
    original = JSONFileLoader.load_file

    def load_file(self: Any, file_path: str) -> Any:
        paths.append(file_path)
        return original(self, file_path)

    monkeypatch.setattr(JSONFileLoader, "load_file", load_file)
    # Otherwise all sessions of the tests share one loader.
    monkeypatch.setattr(botocore.session, "create_loader", botocore.loaders.create_loader)
    return paths


def model_of_sts(session: Any) -> Any:
    return session.get_component("data_loader").load_service_model("sts", "service-2")


def test_sessions_share_what_they_read(read: list[str]) -> None:
    with quick_imports():
        for _ in range(3):
            model_of_sts(botocore.session.Session())
    assert len([path for path in read if "/sts/" in path and path.endswith("service-2")]) == 1


def test_the_models_of_moto_with_shapes_of_its_own_are_not_shared() -> None:
    with quick_imports():
        own = create_loader().load_service_model("sqs", "service-2")
        shared = botocore.session.Session().get_component("data_loader").load_service_model("sqs", "service-2")
    assert own["shapes"] is not shared["shapes"]


def test_nothing_is_left_behind() -> None:
    before = vars(Loader)["FILE_LOADER_CLASS"]
    with quick_imports():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert vars(Loader)["FILE_LOADER_CLASS"] is before
    assert "FILE_LOADER_CLASS" not in vars(type(create_loader()))
    gc.unfreeze()


def test_moto_learns_regions_from_the_session_that_it_is_given() -> None:
    patches, session = Patches(), object()
    share_session(patches, session)
    assert AccountSpecificBackend.get_session() is session
    patches.undo()
    assert AccountSpecificBackend.get_session() is not session

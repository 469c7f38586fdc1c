from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from local_aws.base.environment import Environment
from local_aws.base.patching import Patches


class Base:
    @classmethod
    def made(cls) -> str:
        return f"stock {cls.__name__}"


class Derived(Base):
    pass


def test_what_was_there_is_returned_and_put_back() -> None:
    patches, target = Patches(), SimpleNamespace(value=1)
    assert patches.replace(target, "value", 2) == 1
    assert patches.replace(target, "value", 3) == 2
    patches.undo()
    assert target.value == 1


def test_what_is_inherited_is_inherited_again_and_a_classmethod_stays_one() -> None:
    patches = Patches()
    patches.replace(Derived, "made", classmethod(lambda cls: "patched"))
    patches.replace(Base, "made", classmethod(lambda cls: "patched too"))
    assert Derived.made() == "patched"
    patches.undo()
    assert "made" not in vars(Derived)
    assert Derived.made() == "stock Derived"


def test_a_name_that_is_gone_is_told_and_so_is_one_that_is_there_already() -> None:
    patches, target = Patches(), SimpleNamespace(value=1)
    with pytest.raises(AttributeError, match="other"):
        patches.replace(target, "other", 2)
    with pytest.raises(AttributeError, match="value already: the patch is not needed any more"):
        patches.add(target, "value", 2)
    patches.add(target, "other", 2)
    patches.undo()
    assert vars(target) == {"value": 1}


def test_an_item_is_put_back() -> None:
    patches, target = Patches(), {"key": "stock"}
    assert patches.replace_item(target, "key", "patched") == "stock"
    with pytest.raises(KeyError):
        patches.replace_item(target, "other", "patched")
    patches.undo()
    assert target == {"key": "stock"}


def test_variables_are_restored_whatever_became_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_AWS_GIVEN", "before")
    monkeypatch.delenv("LOCAL_AWS_NEW", raising=False)
    before, environment = dict(os.environ), Environment()
    environment.set({"LOCAL_AWS_GIVEN": None, "LOCAL_AWS_NEW": "1"})
    environment.set({"LOCAL_AWS_GIVEN": "again", "LOCAL_AWS_NEW": "2"})
    assert (os.environ["LOCAL_AWS_GIVEN"], os.environ["LOCAL_AWS_NEW"]) == ("again", "2")
    environment.restore()
    assert dict(os.environ) == before

"""Where the code that runs inside AWS is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagemaker_workflows import WorkflowError
from sagemaker_workflows._core import assets as _assets


def test_in_a_checkout_it_lies_at_the_top_level() -> None:
    path = _assets.asset_path("lambda/seed_dataset")
    assert (path / "index.py").is_file()


def test_in_an_installed_package_it_lies_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "sagemaker_workflows"
    installed = package / "_code" / "lambda" / "seed_dataset"
    installed.mkdir(parents=True)
    monkeypatch.setattr(_assets, "_PACKAGE", package)
    assert _assets.asset_path("lambda/seed_dataset") == installed


def test_in_a_project_that_has_copied_the_package_it_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "lambda" / "seed_dataset"
    beside.mkdir(parents=True)
    monkeypatch.setattr(_assets, "_PACKAGE", tmp_path / "sagemaker_workflows")
    assert _assets.asset_path("lambda/seed_dataset") == beside


def test_what_lies_in_neither_place_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_assets, "_PACKAGE", tmp_path / "a" / "b")
    with pytest.raises(WorkflowError, match="lambda/no_such_function is missing; copy lambda/"):
        _assets.asset_path("lambda/no_such_function")

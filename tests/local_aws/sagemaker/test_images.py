"""Which image runs what."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.images import ImageUri, runtime

from .conftest import SKLEARN, XGBOOST


def test_the_xgboost_image_is_our_container() -> None:
    assert runtime(XGBOOST, "train").train == (sys.executable, "-m", "sagemaker_images.xgboost", "train")
    assert runtime(XGBOOST, "serve").serve == (sys.executable, "-m", "sagemaker_images.xgboost", "serve")


def test_notebooks_without_papermill_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    uri = "885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:3.2.0-cpu"
    with pytest.raises(NotSupportedLocallyError, match=r"need the package papermill: install local-aws\[notebooks\]"):
        runtime(uri, "notebook")


def test_the_scikit_learn_image_runs_the_entrypoint_as_given() -> None:
    assert runtime(SKLEARN, "process").process


@pytest.mark.parametrize(
    ("uri", "module"),
    [
        ("156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer", "model_monitor"),
        ("205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0", "clarify"),
    ],
)
def test_the_analysis_images_have_an_entrypoint_of_their_own(uri: str, module: str) -> None:
    assert runtime(uri, "analyze").analyze == (sys.executable, "-m", f"sagemaker_images.{module}")
    with pytest.raises(NotSupportedLocallyError, match="does not process locally"):
        runtime(uri, "process")


@pytest.mark.parametrize(("image", "purpose"), [(SKLEARN, "train"), (SKLEARN, "serve")])
def test_any_other_purpose_is_refused(image: str, purpose: str) -> None:
    with pytest.raises(NotSupportedLocallyError, match=f"does not {purpose} locally"):
        runtime(image, purpose)


def test_the_uri_of_another_partition_is_read() -> None:
    uri = "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:3.2-0"
    assert ImageUri.parse(uri) == ImageUri("450853457545", "cn-north-1", "sagemaker-xgboost", "3.2-0")

"""Scripts and default dataset of a model build."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows.resources.datasets import Dataset


def _own(script: str) -> Path:
    return asset_path(f"processing_code/model_build/{script}")


@checks_fields
@dataclass(frozen=True)
class ModelBuildScripts:
    """What the jobs of :class:`ModelBuild` run.

    Args:
        preprocess: Processing script: ``--header``, ``--label-column``; reads one CSV file, writes ``train/train.csv``
            and ``test/test.csv``, label first, no header.
        train: Training script in XGBoost script mode: channel ``train``, writes ``xgboost-model``.
        evaluate: Processing script: reads ``model.tar.gz`` and ``test.csv``, writes ``evaluation.json`` with
            ``regression_metrics.mse.value``.
    """

    preprocess: Path = field(default_factory=lambda: _own("preprocess.py"))
    train: Path = field(default_factory=lambda: _own("train.py"))
    evaluate: Path = field(default_factory=lambda: _own("evaluate.py"))


def builtin_regression_dataset() -> Dataset:
    """Diabetes patients: 442 rows × (1 label + 10 features), a regression; comes with this library."""
    return Dataset.from_csv(_own("diabetes.csv"), header=True, label_column="progression")

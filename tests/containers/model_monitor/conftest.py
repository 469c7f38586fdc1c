"""The analyzer on files of a folder, as its job would run it, and a real data set."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sagemaker_images.model_monitor.analyzer import analyze

BREAST_CANCER = Path(__file__).parents[3] / "lambda" / "seed_dataset" / "breast_cancer.csv"


class Run:
    """What a run has written."""

    def __init__(self, folder: Path, violations: int | None) -> None:
        self.folder = folder
        self.violation_count = violations

    def __getattr__(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())

    def feature(self, document: str, name: str) -> dict[str, Any]:
        [found] = [each for each in getattr(self, document)["features"] if each["name"] == name]
        return dict(found)

    @property
    def violations(self) -> list[dict[str, str]]:
        return list(self.constraint_violations["violations"])


@pytest.fixture
def monitor(tmp_path: Path) -> Callable[..., Run]:
    """Analyses text; ``baseline`` is an earlier run, ``environment`` more variables."""
    count = 0

    def run(text: str, *, baseline: Run | None = None, format: dict[str, Any] | None = None, **environment: str) -> Run:
        nonlocal count
        count += 1
        data, output = tmp_path / f"data-{count}", tmp_path / f"output-{count}"
        data.mkdir()
        (data / "data").write_text(text)
        variables = {
            "dataset_source": str(data),
            "output_path": str(output),
            "dataset_format": json.dumps(format or {"csv": {"header": True, "output_columns_position": "START"}}),
            "publish_cloudwatch_metrics": "Disabled",
            **environment,
        }
        if baseline is not None:
            variables["baseline_statistics"] = str(baseline.folder / "statistics.json")
            variables["baseline_constraints"] = str(baseline.folder / "constraints.json")
        return Run(output, analyze(variables))

    return run


@pytest.fixture(scope="session")
def breast_cancer() -> pd.DataFrame:
    return pd.read_csv(BREAST_CANCER, header=None)

"""Clarify on files of a folder, as its job would run it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sagemaker_images.clarify.analyzer import analyze

CONFIG: dict[str, Any] = {
    "dataset_type": "text/csv",
    "headers": ["label", "sex", "group"],
    "label": "label",
    "label_values_or_threshold": [1],
    "facet": [{"name_or_index": "sex", "value_or_threshold": ["f"]}],
    "methods": {"pre_training_bias": {"methods": "all"}},
}


class Run:
    """What a run has written."""

    def __init__(self, output: Path, violations: int | None) -> None:
        self.output = output
        self.violation_count = violations

    @property
    def bias(self) -> dict[str, Any]:
        document = json.loads((self.output / "analysis.json").read_text())
        assert document["version"] == "1.0"
        return dict(document["pre_training_bias_metrics"])

    @property
    def violations(self) -> list[dict[str, str]]:
        document = json.loads((self.output / "constraint_violations.json").read_text())
        assert document["version"] == "1.0"
        return list(document["violations"])

    def values(self, facet: str = "sex", index: int = 0) -> dict[str, Any]:
        return {each["name"]: each["value"] for each in self.bias["facets"][facet][index]["metrics"]}


@pytest.fixture
def clarify(tmp_path: Path) -> Callable[..., Run]:
    """Analyses text; keywords change the configuration, None takes a key away; ``baseline`` is an earlier run."""
    count = 0

    def run(text: str, *, baseline: Run | None = None, **changes: Any) -> Run:
        nonlocal count
        count += 1
        processing = tmp_path / f"processing-{count}"
        for name in ("data", "config"):
            (processing / "input" / name).mkdir(parents=True)
        config = {key: value for key, value in {**CONFIG, **changes}.items() if value is not None}
        (processing / "input" / "config" / "analysis_config.json").write_text(json.dumps(config))
        (processing / "input" / "data" / "data.csv").write_text(text)
        constraints = None if baseline is None else baseline.output / "analysis.json"
        return Run(processing / "output", analyze(processing, baseline_constraints=constraints))

    return run


@pytest.fixture(scope="session")
def breast_cancer() -> pd.DataFrame:
    path = Path(__file__).parents[3] / "lambda" / "seed_dataset" / "breast_cancer.csv"
    return pd.read_csv(path, header=None)

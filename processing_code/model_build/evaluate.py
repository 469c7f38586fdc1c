#!/usr/bin/env python3
"""Measures a model on rows that it was not trained on, in a processing job with the XGBoost image.

Reads ``model.tar.gz`` (with ``xgboost-model`` in it) and ``test.csv`` (label first, no header), writes
``evaluation.json``:

    {"regression_metrics": {"mse": {"value": ..., "standard_deviation": ...}, "rmse": {...}, "mae": {...}, "r2": {...}},
     "rows": ...}

``mse.standard_deviation`` is that of the squared errors, ``mae``'s that of the absolute ones; units are those of the
label, squared for mse.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost as xgb

_BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "processing"
_MODEL_FILE = "xgboost-model"


def load(archive: Path) -> xgb.Booster:
    """The model in ``archive``; only its one file is read, whatever else lies there."""
    with tarfile.open(archive) as packed, tempfile.TemporaryDirectory() as folder:
        names = [each.name for each in packed.getmembers() if each.isfile() and Path(each.name).name == _MODEL_FILE]
        if not names:
            raise SystemExit(f"evaluate.py: {archive} holds no {_MODEL_FILE}")
        member = packed.extractfile(names[0])
        assert member is not None
        target = Path(folder, _MODEL_FILE)
        target.write_bytes(member.read())
        booster = xgb.Booster()
        booster.load_model(target)
        return booster


def measure(labels: np.ndarray, predictions: np.ndarray) -> dict[str, Any]:
    """Metrics of a regression; both arrays have one number a row."""
    errors = predictions - labels
    squared, absolute = errors**2, np.abs(errors)
    variance = float(np.var(labels))
    mse = float(squared.mean())
    return {
        "mse": {"value": mse, "standard_deviation": float(squared.std())},
        "rmse": {"value": mse**0.5},
        "mae": {"value": float(absolute.mean()), "standard_deviation": float(absolute.std())},
        # Of labels that are all the same nothing can be explained.
        "r2": {"value": 1 - mse / variance if variance else None},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the script; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=_BASE / "model" / "model.tar.gz")
    parser.add_argument("--test", type=Path, default=_BASE / "test" / "test.csv")
    parser.add_argument("--output", type=Path, default=_BASE / "evaluation")
    given = parser.parse_args(arguments)
    table = pd.read_csv(given.test, header=None)
    labels = table.iloc[:, 0].to_numpy()
    predictions = load(given.model).predict(xgb.DMatrix(table.iloc[:, 1:].to_numpy()))
    report = {"regression_metrics": measure(labels, predictions), "rows": len(table)}
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / "evaluation.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())

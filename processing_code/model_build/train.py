#!/usr/bin/env python3
"""Trains an XGBoost regressor in script mode.

Reads the CSV files of channel ``train`` (label first, no header), writes ``xgboost-model`` with ``Booster.save_model``,
the form in which the built-in algorithm writes its model: the image serves it without a script. Prints
``[<round>] train-rmse:<value>`` a line, which is where the job's metric comes from.

Channels and folders come from the environment that the training toolkit sets:
https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import xgboost as xgb


def read(folder: Path) -> xgb.DMatrix:
    """All rows of the CSV files in ``folder``, label first."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise SystemExit(f"train.py: {folder} holds no .csv file")
    table = pd.concat([pd.read_csv(each, header=None) for each in files])
    return xgb.DMatrix(table.iloc[:, 1:].to_numpy(), label=table.iloc[:, 0].to_numpy())


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the script; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--num-round", type=int, default=100, help="boosting rounds")
    parser.add_argument("--max-depth", type=int, default=3)
    parser.add_argument("--eta", type=float, default=0.05, help="learning rate")
    parser.add_argument("--subsample", type=float, default=0.8, help="share of the rows that each tree sees")
    parser.add_argument("--objective", default="reg:squarederror")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--train", type=Path, default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--model-dir", type=Path, default=os.environ.get("SM_MODEL_DIR"))
    given = parser.parse_args(arguments)
    rows = read(given.train)
    options = {name: getattr(given, name) for name in ("max_depth", "eta", "subsample", "objective", "seed")}
    booster = xgb.train({**options, "eval_metric": "rmse"}, rows, given.num_round, evals=[(rows, "train")])
    booster.save_model(given.model_dir / "xgboost-model")
    return 0


if __name__ == "__main__":
    sys.exit(main())

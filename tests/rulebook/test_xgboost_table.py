"""The rules know the built-in XGBoost as the program that stands in for its image does.

The program runs in processes of its own and imports nothing of ours, so that the table stands twice.
"""

from __future__ import annotations

import pytest

from sagemaker_images.xgboost import hyperparameters, metric_names
from sagemaker_rules.requests import xgboost_table as table

#: In images before 1.5 only, which do not run locally.
_OLD = {"single_precision_histogram"}


def test_names_aliases_objectives_and_metrics_are_the_same() -> None:
    assert set(table.HYPERPARAMETERS) - _OLD == set(hyperparameters.TABLE)
    assert table.ALIASES == hyperparameters.ALIASES
    assert set(table.OBJECTIVES) == set(hyperparameters.OBJECTIVES)
    assert set(table.MAXIMIZED) == set(metric_names.MAXIMIZED)
    assert set(table.MINIMIZED) == set(metric_names.MINIMIZED)


@pytest.mark.parametrize("name", sorted(set(table.HYPERPARAMETERS) - _OLD))
def test_values_are_the_same(name: str) -> None:
    kind, _, allowed = table.HYPERPARAMETERS[name].partition(" ")
    row = hyperparameters.TABLE[name]
    if kind in ("integer", "number"):
        assert (row.read, str(row.allowed)) == (int if kind == "integer" else float, allowed)
    elif kind == "choice":
        assert row.allowed == allowed.split(" ")

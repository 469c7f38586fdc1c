"""The metric lines of the built-in XGBoost algorithm."""

from __future__ import annotations

import pytest

from local_aws.sagemaker.metrics import Metric, final, parse_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[0]\ttrain-rmse:0.40", [Metric(0, "train:rmse", 0.4)]),
        ("[12]\ttrain-auc:1\tvalidation-auc:0.5", [Metric(12, "train:auc", 1.0), Metric(12, "validation:auc", 0.5)]),
        ("[3]\ttrain-error@0.7:1e-05", [Metric(3, "train:error@0.7", 1e-5)]),
        ("[3]\tvalidation-poisson-nloglik:-2.5", [Metric(3, "validation:poisson-nloglik", -2.5)]),
        ("[2026-11-21 07:00:00] INFO train-rmse:1", []),
        ("train-rmse:0.40", []),
        ("", []),
    ],
)
def test_metrics_of_a_line(line: str, expected: list[Metric]) -> None:
    assert parse_line(line) == expected


def test_the_last_round_is_final() -> None:
    assert final([Metric(0, "train:rmse", 0.5), Metric(1, "train:rmse", 0.3)]) == {"train:rmse": 0.3}

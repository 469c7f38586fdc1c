"""Metrics in the output of the built-in XGBoost algorithm, as SageMaker finds them there.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROUND = re.compile(r"\[(\d+)\](?=\t| )")
_METRIC = re.compile(r"(train|validation)-([A-Za-z0-9@.-]+):([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan|inf))")


@dataclass(frozen=True)
class Metric:
    """A value of one round of boosting; ``name`` is SageMaker's, as in ``train:rmse``."""

    round: int
    name: str
    value: float


def parse_line(line: str) -> list[Metric]:
    r"""Metrics of a line such as ``[0]\ttrain-rmse:0.40``, in their order; none for any other line."""
    start = _ROUND.search(line)
    if start is None:
        return []
    return [
        Metric(int(start[1]), f"{data}:{name}", float(value))
        for data, name, value in _METRIC.findall(line[start.end() :])
    ]


def final(metrics: list[Metric]) -> dict[str, float]:
    """The last value of each metric."""
    return {each.name: each.value for each in metrics}

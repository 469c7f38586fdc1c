"""The quantile sketch of ``statistics.json``, read and written in its documented form.

``data`` holds levels of values; a value of level i stands for 2^i values of the column. Ours are made of the sorted
column instead of a stream: exact up to ``K`` values, and a rank is off by at most 1/K of the column beyond.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Largest number of values of a level, and the base of their numbers, as the image writes them.
K = 2048
C = 0.64

Values = NDArray[np.float64]


def build(values: Values) -> dict[str, Any]:
    """The ``sketch`` of a column without its missing values."""
    levels: list[list[float]] = []
    level = np.sort(values)
    while len(level) > K:
        # Of each pair one stays and weighs double; the odd one out keeps its weight.
        odd = len(level) % 2
        levels.append(level[:odd].tolist())
        level = level[odd:][len(levels) % 2 :: 2]
    levels.append(level.tolist())
    return {"parameters": {"c": C, "k": float(K)}, "data": levels}


def weighted(sketch: dict[str, Any]) -> tuple[Values, Values]:
    """The values of a sketch, sorted, and how many values of the column each stands for."""
    levels = [np.asarray(each, dtype=float) for each in sketch["data"]]
    values = np.concatenate(levels)
    weights = np.concatenate([np.full(len(each), 2.0**index) for index, each in enumerate(levels)])
    order = np.argsort(values, kind="stable")
    return values[order], weights[order]


def cumulative(sample: tuple[Values, Values], at: Values) -> Values:
    """The distribution function of a weighted sample: share of it that is at most ``at``."""
    values, weights = sample
    total = np.concatenate([[0.0], np.cumsum(weights)])
    share: Values = total[np.searchsorted(values, at, side="right")] / total[-1]
    return share

"""Distance between two distributions, as ``comparison_method`` and ``categorical_drift_method`` name it.

Simple is the largest difference of the distribution functions. Robust takes off what two samples of this size from one
distribution differ by: c(α)·√((n + m)/(n·m)) of the two-sample Kolmogorov-Smirnov test, with c = 1.8 (α = 0.003) as the
data quality library Deequ has it, on which Model Monitor is built.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sagemaker_images.analysis_job import AnalysisError
from sagemaker_images.model_monitor.sketch import Values, cumulative

_C_ALPHA = 1.8
METHODS = ("Simple", "Robust")


def numerical(first: tuple[Values, Values], second: tuple[Values, Values], *, method: str) -> float:
    """Distance of two weighted samples of numbers.

    Args:
        first: Sorted values and their weights.
        second: Likewise.
        method: ``Simple`` or ``Robust``.

    Raises:
        AnalysisError: Another method.
    """
    at = np.union1d(first[0], second[0])
    simple = float(np.abs(cumulative(first, at) - cumulative(second, at)).max())
    return _corrected(simple, float(first[1].sum()), float(second[1].sum()), method)


def categorical(first: Mapping[str, float], second: Mapping[str, float], *, method: str) -> float:
    """Distance of two histograms: the largest difference of the share of a value.

    Raises:
        AnalysisError: Another method than ``Simple`` and ``Robust``.
    """
    n, m = sum(first.values()), sum(second.values())
    simple = max(abs(first.get(key, 0) / n - second.get(key, 0) / m) for key in {*first, *second})
    return _corrected(simple, n, m, method)


def _corrected(simple: float, n: float, m: float, method: str) -> float:
    if method not in METHODS:
        raise AnalysisError(f"comparison_method = {method}: write {' or '.join(METHODS)}")
    if method == "Simple":
        return simple
    return max(0.0, simple - _C_ALPHA * math.sqrt((n + m) / (n * m)))

"""The pre-training bias metrics by their documented definitions.

a is the advantaged group, d the disadvantaged one (the facet); Pa and Pd are the shares of positive and of negative
labels in them.
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-data-bias.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]


class UndefinedMetricError(Exception):
    """The metric has no value for this data; the text says why."""


@dataclass(frozen=True)
class Sample:
    """What the metrics are computed from, row by row.

    Args:
        disadvantaged: True where the row belongs to the facet.
        positive: True where the label is a positive one.
        group: Group of each row, for CDDL; None without a group variable.
    """

    disadvantaged: Flags
    positive: Flags
    group: NDArray[np.str_] | None


def class_imbalance(sample: Sample) -> float:
    """CI = (na - nd) / (na + nd)."""
    return float((~sample.disadvantaged).sum() - sample.disadvantaged.sum()) / len(sample.disadvantaged)


def difference_in_proportions(sample: Sample) -> float:
    """DPL = qa - qd, the shares of positive labels."""
    positive = sample.positive
    return float(positive[~sample.disadvantaged].mean() - positive[sample.disadvantaged].mean())


def kullback_leibler(sample: Sample) -> float:
    """KL = Σ Pa·ln(Pa/Pd)."""
    return _divergence(*_common_shares(sample))


def jensen_shannon(sample: Sample) -> float:
    """JS = ½·[KL(Pa, P) + KL(Pd, P)] with P = ½·(Pa + Pd)."""
    advantaged, disadvantaged = _common_shares(sample)
    middle = (advantaged + disadvantaged) / 2
    return (_divergence(advantaged, middle) + _divergence(disadvantaged, middle)) / 2


def lp_norm(sample: Sample) -> float:
    """LP = √(Σ (Pa - Pd)²), the norm for p = 2."""
    return float(np.linalg.norm(_differences(sample)))


def total_variation(sample: Sample) -> float:
    """TVD = ½·Σ |Pa - Pd|."""
    return float(_differences(sample).sum() / 2)


def kolmogorov_smirnov(sample: Sample) -> float:
    """KS = max |Pa - Pd|."""
    return float(_differences(sample).max())


def conditional_disparity(sample: Sample) -> float:
    """CDDL = (1/n)·Σ ni·DDi: the facet's share of the rejected less its share of the accepted, by group, weighted."""
    if sample.group is None:
        raise UndefinedMetricError("Group variable is empty or not provided")
    weighted = 0.0
    for each in np.unique(sample.group):
        inside = sample.group == each
        rejected, accepted = inside & ~sample.positive, inside & sample.positive
        disparity = _share(sample.disadvantaged, rejected) - _share(sample.disadvantaged, accepted)
        weighted += float(inside.sum()) * disparity
    return weighted / len(sample.group)


#: Description and formula of each metric, by its short name.
METRICS: dict[str, tuple[str, Callable[[Sample], float]]] = {
    "CDDL": ("Conditional Demographic Disparity in Labels (CDDL)", conditional_disparity),
    "CI": ("Class Imbalance (CI)", class_imbalance),
    "DPL": ("Difference in Positive Proportions in Labels (DPL)", difference_in_proportions),
    "JS": ("Jensen-Shannon Divergence (JS)", jensen_shannon),
    "KL": ("Kullback-Liebler Divergence (KL)", kullback_leibler),
    "KS": ("Kolmogorov-Smirnov Distance (KS)", kolmogorov_smirnov),
    "LP": ("L-p Norm (LP)", lp_norm),
    "TVD": ("Total Variation Distance (TVD)", total_variation),
}


def measure(name: str, sample: Sample) -> float:
    """The value of a metric.

    Raises:
        UndefinedMetricError: It has none for this data.
    """
    if not sample.disadvantaged.any():
        raise UndefinedMetricError("Facet set is empty: no row has the value or lies beyond the threshold")
    if sample.disadvantaged.all():
        raise UndefinedMetricError("Negated facet set is empty: every row has the value or lies beyond the threshold")
    return METRICS[name][1](sample)


def _common_shares(sample: Sample) -> tuple[Shares, Shares]:
    """Pa and Pd of the outcomes that both groups have: the image leaves the others out rather than answer infinity."""
    pairs = np.array(
        [[(sample.positive[rows] == each).mean() for each in (False, True)] for rows in _groups(sample)], dtype=float
    )
    common = pairs[:, (pairs > 0).all(axis=0)]
    if not common.size:
        raise UndefinedMetricError("No instance of common facet found, dataset may be too small")
    return common[0], common[1]


def _differences(sample: Sample) -> Shares:
    advantaged, disadvantaged = _common_shares(sample)
    found: Shares = np.abs(advantaged - disadvantaged)
    return found


def _groups(sample: Sample) -> tuple[Flags, Flags]:
    return ~sample.disadvantaged, sample.disadvantaged


def _divergence(first: Shares, second: Shares) -> float:
    return float((first * np.log(first / second)).sum())


def _share(rows: Flags, among: Flags) -> float:
    count = int(among.sum())
    return float((rows & among).sum()) / count if count else 0.0

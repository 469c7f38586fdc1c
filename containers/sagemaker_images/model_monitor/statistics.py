"""``statistics.json`` of data quality.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sagemaker_images.model_monitor import sketch
from sagemaker_images.model_monitor.columns import NUMERICAL, STRING, Column

VERSION = 0.0
_BUCKETS = 10
#: A string column with more different values has neither a histogram nor a domain.
SMALL_CARDINALITY = 120


def statistics(columns: Sequence[Column], item_count: int) -> dict[str, Any]:
    """The document; ``item_count`` is the number of rows."""
    return {
        "version": VERSION,
        "dataset": {"item_count": item_count},
        "features": [_feature(each) for each in columns],
    }


def _feature(column: Column) -> dict[str, Any]:
    feature: dict[str, Any] = {"name": column.name, "inferred_type": column.inferred_type}
    common = {"num_present": len(column.present), "num_missing": column.missing}
    if column.inferred_type in NUMERICAL:
        feature["numerical_statistics"] = {"common": common, **_numerical(column.numbers)}
    elif column.inferred_type == STRING:
        feature["string_statistics"] = {"common": common, **_string(column.counts)}
    return feature


def _numerical(values: sketch.Values) -> dict[str, Any]:
    return {
        "mean": float(values.mean()),
        "sum": float(values.sum()),
        "std_dev": float(values.std()),
        "min": float(values.min()),
        "max": float(values.max()),
        "distribution": {"kll": {"buckets": _buckets(values), "sketch": sketch.build(values)}},
    }


def _buckets(values: sketch.Values) -> list[dict[str, float]]:
    """Ten parts of equal width; each holds its lower bound, the last its upper bound too."""
    low, high = float(values.min()), float(values.max())
    edges = np.linspace(low, high, _BUCKETS + 1)
    counts = np.histogram(values, bins=edges)[0] if high > low else [0] * (_BUCKETS - 1) + [len(values)]
    return [
        {"lower_bound": float(edges[i]), "upper_bound": float(edges[i + 1]), "count": float(counts[i])}
        for i in range(_BUCKETS)
    ]


def _string(counts: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {"distinct_count": float(len(counts))}
    if len(counts) <= SMALL_CARDINALITY:
        buckets = [{"value": value, "count": count} for value, count in counts.items()]
        found["distribution"] = {"categorical": {"buckets": buckets}}
    return found

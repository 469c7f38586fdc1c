"""``constraints.json`` of data quality.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemaker_images.model_monitor.columns import NUMERICAL, STRING, Column
from sagemaker_images.model_monitor.statistics import SMALL_CARDINALITY, VERSION

#: What the image suggests; every value of a column has to have its type and to lie in its domain.
MONITORING_CONFIG: dict[str, Any] = {
    "evaluate_constraints": "Enabled",
    "emit_metrics": "Enabled",
    "datatype_check_threshold": 1.0,
    "domain_content_threshold": 1.0,
    "distribution_constraints": {
        "perform_comparison": "Enabled",
        "comparison_threshold": 0.1,
        "comparison_method": "Robust",
    },
}


def constraints(columns: Sequence[Column]) -> dict[str, Any]:
    """The constraints that a data set suggests."""
    return {
        "version": VERSION,
        "features": [_feature(each) for each in columns],
        "monitoring_config": MONITORING_CONFIG,
    }


def _feature(column: Column) -> dict[str, Any]:
    count = len(column.text)
    feature: dict[str, Any] = {
        "name": column.name,
        "inferred_type": column.inferred_type,
        "completeness": len(column.present) / count if count else 1.0,
    }
    if column.inferred_type in NUMERICAL:
        feature["num_constraints"] = {"is_non_negative": bool(column.numbers.min() >= 0)}
    elif column.inferred_type == STRING and len(column.counts) <= SMALL_CARDINALITY:
        feature["string_constraints"] = {"domains": list(column.counts)}
    return feature


def config_of(document: Mapping[str, Any], feature: Mapping[str, Any]) -> dict[str, Any]:
    """The ``monitoring_config`` that holds for a feature: defaults, the document's, the feature's own."""
    own = feature.get("monitoringConfigOverrides") or feature.get("monitoring_config_overrides") or {}
    layers = (MONITORING_CONFIG, document.get("monitoring_config", {}), own)
    distribution: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
        distribution.update(layer.get("distribution_constraints", {}))
    # Older files write the name without its s.
    distribution["comparison_method"] = distribution.get("comparion_method", distribution["comparison_method"])
    return {**merged, "distribution_constraints": distribution}

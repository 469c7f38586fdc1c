"""``constraint_violations.json`` of bias drift: a metric that is farther from 0 than the baseline has it is violated.

https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-bias-drift-violations.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_images.analysis_job import AnalysisError

_SECTION = "pre_training_bias_metrics"
_INTERVAL = re.compile(r"\((.+), .+\]")
_Key = tuple[str, str, str]


def violations(analysis: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[dict[str, str]]:
    """The metrics that are worse than in the baseline; one without a value on either side is not compared.

    Args:
        analysis: The ``analysis.json`` of this run.
        baseline: The constraints, an ``analysis.json`` too.

    Raises:
        AnalysisError: The baseline has no pre-training bias metrics, or none of this analysis.
    """
    if _SECTION not in baseline:
        raise AnalysisError(f"the baseline constraints have no {_SECTION}; they have {', '.join(baseline)}")
    limits, observed = dict(_values(baseline)), dict(_values(analysis))
    common = [key for key in observed if key in limits]
    if not common:
        raise AnalysisError("the baseline constraints have no facet, value and metric in common with this analysis")
    return [
        {
            "facet": facet,
            "facet_value": value,
            "metric_name": metric,
            "constraint_check_type": "bias_drift_check",
            "description": f"Value {observed[key]} does not meet the constraint requirement {limits[key]}",
        }
        for key in common
        for facet, value, metric in [key]
        if abs(observed[key]) > abs(limits[key])
    ]


def _values(document: Mapping[str, Any]) -> Iterator[tuple[_Key, float]]:
    for facet, found in document[_SECTION]["facets"].items():
        for group in found:
            # An interval ends at the highest value of its data set; the threshold is what two of them have in common.
            interval = _INTERVAL.fullmatch(group["value_or_threshold"])
            value = interval[1] if interval else group["value_or_threshold"]
            for metric in group["metrics"]:
                if metric["value"] is not None:
                    yield (facet, value, metric["name"]), float(metric["value"])

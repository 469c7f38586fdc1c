"""``constraint_violations.json`` of data quality: which constraints of a baseline the data set does not satisfy.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemaker_images.analysis_job import AnalysisError
from sagemaker_images.model_monitor import distance, sketch
from sagemaker_images.model_monitor.columns import NUMERICAL, STRING, UNKNOWN, Column
from sagemaker_images.model_monitor.constraints import config_of

Violation = dict[str, str]


def violations(
    columns: Sequence[Column], constraints: Mapping[str, Any], statistics: Mapping[str, Any] | None
) -> list[Violation]:
    """What is violated.

    Args:
        columns: The data set.
        constraints: ``constraints.json`` of the baseline.
        statistics: ``statistics.json`` of the baseline; None leaves out the comparison of distributions.

    Raises:
        AnalysisError: The baseline asks for a method that is not known.
    """
    if constraints.get("monitoring_config", {}).get("evaluate_constraints", "Enabled") != "Enabled":
        return []
    features = constraints.get("features", [])
    baselines = {each["name"]: each for each in (statistics or {}).get("features", [])}
    present = {each.name: each for each in columns}
    found = list(_column_count(len(columns), len(features)))
    for feature in features:
        column = present.get(feature["name"])
        config = config_of(constraints, feature)
        if column is not None and config["evaluate_constraints"] == "Enabled":
            found += _feature(column, feature, config, baselines.get(feature["name"]))
    return found


def _column_count(current: int, baseline: int) -> Iterator[Violation]:
    if current == baseline:
        return
    kind = "missing" if current < baseline else "extra"
    yield _violation(
        f"{kind.title()} columns",
        f"{kind}_column_check",
        f"There are {kind} columns in current dataset. Number of columns in current dataset: {current}, "
        f"Number of columns in baseline constraints: {baseline}",
    )


def _feature(
    column: Column, feature: Mapping[str, Any], config: Mapping[str, Any], baseline: Mapping[str, Any] | None
) -> Iterator[Violation]:
    yield from _data_type(column, feature, config["datatype_check_threshold"])
    yield from _completeness(column, feature)
    yield from _domain(column, feature, config["domain_content_threshold"])
    rules = config["distribution_constraints"]
    if baseline is not None and rules["perform_comparison"] == "Enabled":
        yield from _drift(column, baseline, rules)


def _data_type(column: Column, feature: Mapping[str, Any], threshold: float) -> Iterator[Violation]:
    expected = feature["inferred_type"]
    observed = 1.0 if expected == UNKNOWN else column.share(expected)
    if observed < threshold:
        yield _violation(
            column.name,
            "data_type_check",
            f"Data type match requirement is not met. Expected data type: {expected}, Expected match: "
            f"{threshold * 100}%. Observed: Only {observed * 100}% of data is {expected}.",
        )


def _completeness(column: Column, feature: Mapping[str, Any]) -> Iterator[Violation]:
    expected = feature.get("completeness", 0.0)
    observed = len(column.present) / len(column.text) if len(column.text) else 1.0
    if observed < expected:
        yield _violation(
            column.name,
            "completeness_check",
            f"Data completeness requirement is not met. Expected completeness: {expected * 100}%. "
            f"Observed: Only {observed * 100}% of data is complete.",
        )


def _domain(column: Column, feature: Mapping[str, Any], threshold: float) -> Iterator[Violation]:
    domain = set(feature.get("string_constraints", {}).get("domains", []))
    if not domain or not len(column.present):
        return
    known = sum(count for value, count in column.counts.items() if value in domain)
    observed = known / len(column.present)
    if observed < threshold:
        yield _violation(
            column.name,
            "categorical_values_check",
            f"Categorical values requirement is not met. Expected match: {threshold * 100}%. "
            f"Observed: Only {observed * 100}% of values are in the baseline domain.",
        )


def _drift(column: Column, baseline: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Violation]:
    threshold = rules["comparison_threshold"]
    method = rules["comparison_method"]
    if baseline["inferred_type"] in NUMERICAL and column.inferred_type in NUMERICAL:
        current = sketch.weighted(sketch.build(column.numbers))
        observed = distance.numerical(current, _sample(baseline), method=method)
    elif baseline["inferred_type"] == STRING and column.inferred_type != UNKNOWN:
        histogram = _histogram(baseline)
        if histogram is None:
            return
        if rules.get("categorical_drift_method", "LInfinity") != "LInfinity":
            raise AnalysisError("categorical_drift_method = ChiSquared is not supported by the local AWS: LInfinity is")
        threshold = rules.get("categorical_comparison_threshold", threshold)
        observed = distance.categorical(column.counts, histogram, method=method)
    else:
        # A column of another kind is told of by its data type.
        return
    if observed > threshold:
        yield _violation(
            column.name, "baseline_drift_check", f"Baseline drift distance: {observed} exceeds threshold: {threshold}"
        )


def _sample(baseline: Mapping[str, Any]) -> tuple[sketch.Values, sketch.Values]:
    try:
        return sketch.weighted(baseline["numerical_statistics"]["distribution"]["kll"]["sketch"])
    except KeyError:
        raise AnalysisError(
            f"the baseline statistics of feature {baseline['name']!r} have no distribution.kll.sketch"
        ) from None


def _histogram(baseline: Mapping[str, Any]) -> dict[str, float] | None:
    distribution = baseline.get("string_statistics", {}).get("distribution", {}).get("categorical")
    return None if distribution is None else {each["value"]: each["count"] for each in distribution["buckets"]}


def _violation(feature: str, check: str, description: str) -> Violation:
    return {"feature_name": feature, "constraint_check_type": check, "description": description}

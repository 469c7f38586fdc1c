"""``analysis_config.json``.

https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_images.analysis_job import AnalysisError
from sagemaker_images.clarify.metrics import METRICS

Scalar = str | int | float
_NEED_A_MODEL = ("post_training_bias", "shap", "pdp", "asymmetric_shapley_value")
_KNOWN = (
    *("version", "dataset_type", "headers", "label", "label_values_or_threshold", "facet", "group_variable", "methods"),
    *("joinsource_name_or_index", "excluded_columns", "predictor"),
)


@dataclass(frozen=True)
class Facet:
    """A sensitive column: its name or index, and the values, or the threshold, of the disadvantaged group."""

    column: str | int
    values: Sequence[Scalar] | None


@dataclass(frozen=True)
class AnalysisConfig:
    """What to measure.

    Args:
        headers: Names of the columns; None when the data set has them.
        label: Name or index of the label's column.
        label_values: Values, or the threshold, of the positive labels.
        facets: The sensitive columns.
        group_variable: Name or index of the column that CDDL groups by; None leaves CDDL without a value.
        metrics: Short names of the metrics.
    """

    headers: Sequence[str] | None
    label: str | int
    label_values: Sequence[Scalar]
    facets: Sequence[Facet]
    group_variable: str | int | None
    metrics: Sequence[str]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> AnalysisConfig:
        """Reads the document.

        Raises:
            AnalysisError: A key is missing, has a wrong value, or asks for what is not supported locally; names it.
        """
        _refuse_unsupported(document)
        for name in ("label", "label_values_or_threshold", "facet"):
            if document.get(name) in (None, [], ""):
                raise AnalysisError(f"analysis_config.json lacks {name}, which the bias metrics need")
        return cls(
            headers=document.get("headers"),
            label=document["label"],
            label_values=document["label_values_or_threshold"],
            facets=[Facet(each["name_or_index"], each.get("value_or_threshold")) for each in document["facet"]],
            group_variable=document.get("group_variable"),
            metrics=_metrics(document["methods"]["pre_training_bias"].get("methods", "all")),
        )


def _refuse_unsupported(document: Mapping[str, Any]) -> None:
    for name in document:
        if name not in _KNOWN:
            raise AnalysisError(f"analysis_config.json: {name} is not supported by the local AWS")
    dataset_type = document.get("dataset_type", "text/csv")
    if dataset_type != "text/csv":
        raise AnalysisError(f"dataset_type {dataset_type} is not supported by the local AWS: text/csv is")
    methods = document.get("methods", {})
    for name in _NEED_A_MODEL:
        if name in methods:
            raise AnalysisError(f"method {name} needs a shadow endpoint, which the local AWS does not make")
    for name in methods:
        if name not in ("pre_training_bias", "report"):
            raise AnalysisError(f"method {name} is not supported by the local AWS: pre_training_bias is")
    if "pre_training_bias" not in methods:
        raise AnalysisError("analysis_config.json: methods names no pre_training_bias")


def _metrics(named: str | Sequence[str]) -> list[str]:
    if named == "all":
        return sorted(METRICS)
    unknown = [each for each in named if each not in METRICS]
    if unknown:
        raise AnalysisError(f"pre_training_bias method {unknown[0]}: write 'all' or some of {', '.join(METRICS)}")
    return sorted(named)

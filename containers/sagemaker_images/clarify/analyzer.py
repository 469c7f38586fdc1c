"""One run of Clarify: reads configuration and data set, writes ``analysis.json`` and, with a baseline, violations.

https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-analysis-results.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from sagemaker_images.analysis_job import AnalysisError, read_json, write_json
from sagemaker_images.clarify.config import AnalysisConfig
from sagemaker_images.clarify.dataset import Group, column, groups, read
from sagemaker_images.clarify.metrics import METRICS, Sample, UndefinedMetricError, measure
from sagemaker_images.clarify.violations import violations

VERSION = "1.0"


def analyze(processing: Path, *, baseline_constraints: Path | None = None) -> int | None:
    """Writes the results to ``output`` below the folder.

    Args:
        processing: ``/opt/ml/processing``, with ``input/config/analysis_config.json`` and ``input/data``.
        baseline_constraints: An earlier ``analysis.json``; default: nothing is checked.

    Returns:
        Number of violations; None when there was no baseline to check.

    Raises:
        AnalysisError: Settings or data are wrong.
    """
    document = read_json(processing / "input" / "config" / "analysis_config.json", "analysis_config")
    config = AnalysisConfig.parse(document)
    if "report" in document["methods"]:
        print("The local AWS writes analysis.json only; a report is made on AWS.", flush=True)
    analysis = {
        "version": VERSION,
        "pre_training_bias_metrics": _bias(read(processing / "input" / "data", config.headers), config),
    }
    write_json(processing / "output" / "analysis.json", analysis)
    if baseline_constraints is None:
        return None
    violated = violations(analysis, read_json(baseline_constraints, "baseline_constraints"))
    write_json(processing / "output" / "constraint_violations.json", {"version": VERSION, "violations": violated})
    for each in violated:
        print(f"{each['facet']} = {each['facet_value']}: {each['metric_name']}: {each['description']}", flush=True)
    return len(violated)


def _bias(frame: pd.DataFrame, config: AnalysisConfig) -> dict[str, Any]:
    label = column(frame, config.label, "label")
    [positive] = groups(label, config.label_values, "label")
    if not positive.rows.any():
        raise AnalysisError(_no_positive_label(label, positive))
    grouping = None
    if config.group_variable is not None:
        grouping = column(frame, config.group_variable, "group_variable").astype(str).to_numpy(dtype=str)
    facets: dict[str, Any] = {}
    for facet in config.facets:
        data = column(frame, facet.column, "facet")
        facets[str(data.name)] = [
            {
                "value_or_threshold": group.value_or_threshold,
                "metrics": [_metric(name, Sample(group.rows, positive.rows, grouping)) for name in config.metrics],
            }
            for group in groups(data, facet.values, "facet")
        ]
    return {"label": str(label.name), "facets": facets, "label_value_or_threshold": positive.value_or_threshold}


def _no_positive_label(label: pd.Series, positive: Group) -> str:
    text = f"label {label.name!r}: no row has a positive label, {positive.value_or_threshold}"
    if positive.value_or_threshold.startswith("("):
        text += ": numbers of which at least 5% differ are continuous, and a single value is their threshold"
    return text


def _metric(name: str, sample: Sample) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "description": METRICS[name][0]}
    try:
        return {**found, "value": measure(name, sample)}
    except UndefinedMetricError as error:
        return {**found, "value": None, "error": str(error)}

"""One run of the analyzer: reads the data set, writes statistics, constraints and, against a baseline, violations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker_images.analysis_job import read_json, write_json
from sagemaker_images.model_monitor import model_quality
from sagemaker_images.model_monitor.columns import columns
from sagemaker_images.model_monitor.constraints import constraints
from sagemaker_images.model_monitor.dataset import read
from sagemaker_images.model_monitor.settings import Settings
from sagemaker_images.model_monitor.statistics import statistics
from sagemaker_images.model_monitor.violations import violations


def analyze(environment: Mapping[str, str]) -> int | None:
    """Writes ``statistics.json``, ``constraints.json`` and, where there is a baseline, ``constraint_violations.json``.

    Args:
        environment: Environment of the job.

    Returns:
        Number of violations; None when there was no baseline to check.

    Raises:
        AnalysisError: Settings or data are wrong.
    """
    settings = Settings.from_environment(environment)
    frame = read(settings.source, settings.data_format)
    print(f"{len(frame)} rows, {len(frame.columns)} columns", flush=True)
    if settings.model_quality is not None:
        metrics = model_quality.evaluate(frame, settings.model_quality)
        found, suggested = model_quality.statistics(metrics, len(frame)), model_quality.constraints(metrics)
    else:
        data = columns(frame)
        found, suggested = statistics(data, len(frame)), constraints(data)
    write_json(settings.output / "statistics.json", found)
    write_json(settings.output / "constraints.json", suggested)
    if settings.baseline_constraints is None:
        return None
    rules: dict[str, Any] = read_json(settings.baseline_constraints, "baseline_constraints")
    if settings.model_quality is not None:
        violated = model_quality.violations(metrics, rules)
    else:
        path = settings.baseline_statistics
        violated = violations(data, rules, None if path is None else read_json(path, "baseline_statistics"))
    write_json(settings.output / "constraint_violations.json", {"violations": violated})
    for each in violated:
        print(each["description"], flush=True)
    return len(violated)

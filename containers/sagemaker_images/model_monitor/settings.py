"""The Environment of an analyzer job.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-contract-inputs.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sagemaker_images.analysis_job import AnalysisError

DATA_QUALITY = "DATA_QUALITY"
MODEL_QUALITY = "MODEL_QUALITY"
PROBLEM_TYPES = ("Regression", "BinaryClassification", "MulticlassClassification")

_SCRIPTS = ("record_preprocessor_script", "post_analytics_processor_script")


@dataclass(frozen=True)
class DataFormat:
    """How the data set is written.

    Args:
        kind: ``csv``, ``json`` or ``parquet``.
        header: True when the first row of each CSV file names the columns.
        lines: True when each line of a JSON file is a record.
    """

    kind: str
    header: bool = False
    lines: bool = False


@dataclass(frozen=True)
class ModelQuality:
    """What model quality compares; attributes are names of columns, ``_c0`` where there is no header.

    Args:
        problem_type: One of :data:`PROBLEM_TYPES`.
        ground_truth: Column of the labels.
        inference: Column of the predictions; None when the probability decides.
        probability: Column of the probability of class 1; None when there is none.
        probability_threshold: Probability above which class 1 is predicted, where there is no prediction.
    """

    problem_type: str
    ground_truth: str
    inference: str | None
    probability: str | None
    probability_threshold: float


@dataclass(frozen=True)
class Settings:
    """What to analyse, and where the files go.

    Args:
        source: File or folder of the data set.
        output: Folder of the results.
        data_format: How the data set is written.
        model_quality: What model quality compares; None for data quality.
        baseline_constraints: Constraints to check; None when nothing is checked.
        baseline_statistics: Statistics to compare with; None when there are none.
    """

    source: Path
    output: Path
    data_format: DataFormat
    model_quality: ModelQuality | None
    baseline_constraints: Path | None
    baseline_statistics: Path | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the variables.

        Raises:
            AnalysisError: One is missing, has a wrong value, or asks for what is not supported locally; names it.
        """
        _refuse_unsupported(environment)
        analysis = environment.get("analysis_type", DATA_QUALITY)
        if analysis not in (DATA_QUALITY, MODEL_QUALITY):
            raise AnalysisError(f"analysis_type = {analysis}: write {DATA_QUALITY} or {MODEL_QUALITY}")
        return cls(
            source=Path(_required(environment, "dataset_source")),
            output=Path(_required(environment, "output_path")),
            data_format=_data_format(_required(environment, "dataset_format")),
            model_quality=_model_quality(environment) if analysis == MODEL_QUALITY else None,
            baseline_constraints=_path(environment, "baseline_constraints"),
            baseline_statistics=_path(environment, "baseline_statistics"),
        )


def _refuse_unsupported(environment: Mapping[str, str]) -> None:
    for name in _SCRIPTS:
        if environment.get(name):
            raise AnalysisError(f"{name} is not supported by the local AWS: prepare the data in a step before")
    if environment.get("publish_cloudwatch_metrics", "Disabled") != "Disabled":
        raise AnalysisError("publish_cloudwatch_metrics = Enabled is not supported by the local AWS: write Disabled")


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise AnalysisError(f"the Environment of the job lacks {name}")
    return value


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def _data_format(text: str) -> DataFormat:
    try:
        document = json.loads(text)
        [(kind, options)] = document.items()
    except (ValueError, AttributeError):
        raise AnalysisError(f'dataset_format = {text}: write {{"csv": {{"header": true}}}} or the like') from None
    if kind not in ("csv", "json", "parquet"):
        raise AnalysisError(f"dataset_format {kind} is not supported by the local AWS: csv, json and parquet are")
    options = options or {}
    return DataFormat(kind, header=bool(options.get("header", False)), lines=bool(options.get("lines", False)))


def _model_quality(environment: Mapping[str, str]) -> ModelQuality:
    problem_type = _required(environment, "problem_type")
    if problem_type not in PROBLEM_TYPES:
        raise AnalysisError(f"problem_type = {problem_type}: write one of {', '.join(PROBLEM_TYPES)}")
    inference, probability = environment.get("inference_attribute"), environment.get("probability_attribute")
    if not inference and not (probability and problem_type == "BinaryClassification"):
        raise AnalysisError(f"the Environment of the job lacks inference_attribute, which {problem_type} needs")
    threshold = environment.get("probability_threshold_attribute", "0.5")
    try:
        number = float(threshold)
    except ValueError:
        raise AnalysisError(f"probability_threshold_attribute = {threshold}: write a number such as 0.5") from None
    return ModelQuality(
        problem_type, _required(environment, "ground_truth_attribute"), inference or None, probability or None, number
    )

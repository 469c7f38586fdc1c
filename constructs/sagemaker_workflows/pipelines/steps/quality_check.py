"""Step that checks data or predictions with SageMaker Model Monitor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.processing import ProcessingInput, ProcessingOutput
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.steps._check import CheckStep, CheckStepOptions
from sagemaker_workflows.resources.locations import S3Destination, S3Location, S3Source

_INPUT = "/opt/ml/processing/input"
_DATASET = "baseline_dataset_input"
_OUTPUT = "/opt/ml/processing/output"
_PROBLEM_TYPES = ("Regression", "BinaryClassification", "MulticlassClassification")


class DatasetFormat:
    """Formats of a baseline dataset."""

    @staticmethod
    def csv(*, header: bool = True, output_columns_position: str = "START") -> dict[str, Any]:
        """CSV.

        Args:
            header: Whether the first line holds the column names; default: True.
            output_columns_position: Where the predictions stand: ``START`` (default) or ``END``.
        """
        return {"csv": {"header": header, "output_columns_position": output_columns_position}}

    @staticmethod
    def json(*, lines: bool = True) -> dict[str, Any]:
        """JSON; ``lines``: one object a line (default) rather than one document."""
        return {"json": {"lines": lines}}

    @staticmethod
    def sagemaker_capture_json() -> dict[str, Any]:
        """What an endpoint's data capture writes."""
        return {"sagemakerCaptureJson": {}}


@checks_fields
@dataclass(frozen=True)
class DataQualityCheckConfig:
    """Checks the statistics of a dataset.

    Args:
        dataset: An object or a prefix.
        dataset_format: See :class:`DatasetFormat`.
        output: Prefix for statistics, constraints and violations, usually an :class:`ExecutionLocation`.
        record_preprocessor: Script that changes each record first; default: none.
        post_analytics_processor: Script that runs after the analysis; default: none.
    """

    CHECK_TYPE: ClassVar[str] = "DATA_QUALITY"

    dataset: S3Source
    dataset_format: Mapping[str, Any]
    output: S3Destination
    record_preprocessor: S3Location | None = None
    post_analytics_processor: S3Location | None = None

    def environment(self) -> dict[str, Any]:
        """Environment variables of this check alone."""
        return {}


@checks_fields
@dataclass(frozen=True)
class ModelQualityCheckConfig:
    """Checks the quality of a model's predictions.

    Args:
        dataset: Predictions and true labels.
        dataset_format: See :class:`DatasetFormat`.
        output: Prefix for statistics, constraints and violations, usually an :class:`ExecutionLocation`.
        problem_type: ``Regression``, ``BinaryClassification`` or ``MulticlassClassification``.
        inference_attribute: Column or JSONPath of the prediction, as in ``_c0``; default: none.
        probability_attribute: Column or JSONPath of the probability; default: none.
        ground_truth_attribute: Column or JSONPath of the true label; default: none.
        probability_threshold_attribute: Probability above which the prediction is positive; default: none.
        post_analytics_processor: Script that runs after the analysis; default: none.
    """

    CHECK_TYPE: ClassVar[str] = "MODEL_QUALITY"

    dataset: S3Source
    dataset_format: Mapping[str, Any]
    output: S3Destination
    problem_type: str | PipelineVariable
    inference_attribute: str | int | PipelineVariable | None = None
    probability_attribute: str | int | PipelineVariable | None = None
    ground_truth_attribute: str | int | PipelineVariable | None = None
    probability_threshold_attribute: str | float | PipelineVariable | None = None
    post_analytics_processor: S3Location | None = None

    @property
    def record_preprocessor(self) -> None:
        """Only data is preprocessed."""
        return None

    def environment(self) -> dict[str, Any]:
        """Environment variables of this check alone."""
        return {
            "analysis_type": self.CHECK_TYPE,
            "problem_type": self.problem_type,
            "inference_attribute": self.inference_attribute,
            "probability_attribute": self.probability_attribute,
            "ground_truth_attribute": self.ground_truth_attribute,
            "probability_threshold_attribute": self.probability_threshold_attribute,
        }


#: What a QualityCheck step checks.
QualityCheckConfig = DataQualityCheckConfig | ModelQualityCheckConfig


class QualityCheckStep(CheckStep):
    """Checks data quality or model quality against a baseline.

    Properties are ``calculated_baseline_constraints``, ``calculated_baseline_statistics``,
    ``baseline_used_for_drift_check_constraints`` and ``baseline_used_for_drift_check_statistics``.

    Args:
        config: What is checked.
        supplied_baseline_statistics: Statistics to compare with, ahead of those of ``group``; default: none.
        options: See :class:`CheckStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request.

    Example::

        runs = ExecutionLocation(S3Location(bucket, "runs/"), "Quality")
        step = QualityCheckStep(
            self,
            "Quality",
            config=DataQualityCheckConfig(S3Location(bucket, "train/"), DatasetFormat.csv(), runs),
            image=FirstPartyImage.model_monitor(),
            role=role,
            skip_check=True,
            register_new_baseline=True,
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
    """

    TYPE: ClassVar[str] = "QualityCheck"
    PROPERTIES: ClassVar[tuple[str, ...]] = (
        *CheckStep.PROPERTIES,
        "CalculatedBaselineStatistics",
        "BaselineUsedForDriftCheckStatistics",
    )

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        config: QualityCheckConfig,
        supplied_baseline_statistics: S3Source | None = None,
        **options: Unpack[CheckStepOptions],
    ) -> None:
        if isinstance(config, ModelQualityCheckConfig):
            _check_problem_type(config.problem_type, f"{scope.node.path}/{id}")
        super().__init__(
            scope,
            id,
            inputs=_inputs(config),
            reads={"config.dataset": config.dataset} | dict(_scripts(config).values()),
            output=ProcessingOutput("quality_check_output", config.output, _OUTPUT).render(),
            output_location=config.output,
            check_environment=_environment(config),
            check_fields={"CheckType": config.CHECK_TYPE},
            baselines={"statistics": supplied_baseline_statistics},
            **options,
        )

    @property
    def calculated_baseline_statistics(self) -> Properties:
        """URI of the statistics that the step has calculated, for :class:`ModelMetrics`."""
        return self.properties.calculated_baseline_statistics

    @property
    def baseline_used_for_drift_check_statistics(self) -> Properties:
        """URI of the statistics for later checks, for :class:`DriftCheckBaselines`."""
        return self.properties.baseline_used_for_drift_check_statistics


def _check_problem_type(given: str | PipelineVariable, path: str) -> None:
    if isinstance(given, str) and given not in _PROBLEM_TYPES:
        allowed = ", ".join(_PROBLEM_TYPES)
        raise InvalidParameterError(path, "problem_type", f"{given!r} is not known; write one of {allowed}")


def _scripts(config: QualityCheckConfig) -> dict[str, tuple[str, S3Location]]:
    """Scripts by environment variable, each with the name of its input."""
    given = {
        "record_preprocessor_script": ("record_preprocessor_script_input", config.record_preprocessor),
        "post_analytics_processor_script": ("post_analytics_processor_script_input", config.post_analytics_processor),
    }
    return {variable: (name, script) for variable, (name, script) in given.items() if script is not None}


def _inputs(config: QualityCheckConfig) -> Sequence[Mapping[str, Any]]:
    dataset = ProcessingInput(_DATASET, config.dataset, f"{_INPUT}/{_DATASET}")
    scripts = [ProcessingInput(name, script, f"{_INPUT}/{name}") for name, script in _scripts(config).values()]
    return [each.render() for each in (dataset, *reversed(scripts))]


def _environment(config: QualityCheckConfig) -> dict[str, Any]:
    environment = {
        "output_path": _OUTPUT,
        # Only schedules publish.
        "publish_cloudwatch_metrics": "Disabled",
        "dataset_format": json.dumps(config.dataset_format),
        "dataset_source": f"{_INPUT}/{_DATASET}",
        **{variable: f"{_INPUT}/{name}/{script.name}" for variable, (name, script) in _scripts(config).items()},
        **config.environment(),
    }
    return {name: value for name, value in environment.items() if value is not None}

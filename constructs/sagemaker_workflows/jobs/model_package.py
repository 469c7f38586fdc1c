"""Parts of the request that registers a version of a model."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.resources.locations import S3Source, source_uri


@checks_fields
@dataclass(frozen=True)
class MetricsSource:
    """A file of metrics, statistics or constraints.

    Args:
        location: The object.
        content_type: MIME type; default: ``application/json``.
        content_digest: Digest of the file; default: none.
    """

    location: S3Source
    content_type: str | PipelineVariable | None = "application/json"
    content_digest: str | PipelineVariable | None = None

    def render(self) -> dict[str, Any]:
        """A ``MetricsSource`` or ``FileSource`` of the API."""
        return {
            "ContentType": self.content_type,
            "S3Uri": source_uri(self.location),
            "ContentDigest": self.content_digest,
        }


#: A file of metrics; a bare location is that of a JSON document.
MetricsFile = MetricsSource | S3Source


@dataclass(frozen=True)
class _MetricsFiles:
    """Files; the metadata of each field tell the key, and the key below it, that the file stands at in the request."""

    def render(self) -> dict[str, Any] | None:
        """The object of the API; None: there are no files."""
        rendered: dict[str, dict[str, Any]] = {}
        for each in fields(self):
            given: MetricsFile | None = getattr(self, each.name)
            if given is not None:
                source = given if isinstance(given, MetricsSource) else MetricsSource(given)
                [(outer, inner)] = each.metadata.items()
                rendered.setdefault(outer, {})[inner] = source.render()
        return rendered or None


@checks_fields
@dataclass(frozen=True)
class ModelMetrics(_MetricsFiles):
    """What was measured of a model, shown in the model registry; all of it is optional.

    Args:
        model_statistics: Metrics of the model's quality, as an evaluation writes them.
        model_constraints: Constraints of the model's quality.
        model_data_statistics: Statistics of the training data.
        model_data_constraints: Constraints of the training data.
        bias: Report of bias.
        bias_pre_training: Report of bias in the data.
        bias_post_training: Report of bias in the predictions.
        explainability: Report of what the predictions depend on.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelMetrics.html
    """

    model_statistics: MetricsFile | None = field(default=None, metadata={"ModelQuality": "Statistics"})
    model_constraints: MetricsFile | None = field(default=None, metadata={"ModelQuality": "Constraints"})
    model_data_statistics: MetricsFile | None = field(default=None, metadata={"ModelDataQuality": "Statistics"})
    model_data_constraints: MetricsFile | None = field(default=None, metadata={"ModelDataQuality": "Constraints"})
    bias: MetricsFile | None = field(default=None, metadata={"Bias": "Report"})
    bias_pre_training: MetricsFile | None = field(default=None, metadata={"Bias": "PreTrainingReport"})
    bias_post_training: MetricsFile | None = field(default=None, metadata={"Bias": "PostTrainingReport"})
    explainability: MetricsFile | None = field(default=None, metadata={"Explainability": "Report"})


@checks_fields
@dataclass(frozen=True)
class DriftCheckBaselines(_MetricsFiles):
    """Baselines that later check steps and monitors compare with; all of them are optional.

    Args:
        model_statistics: Statistics of the model's quality.
        model_constraints: Constraints of the model's quality.
        model_data_statistics: Statistics of the data.
        model_data_constraints: Constraints of the data.
        bias_config_file: Configuration of the bias analysis.
        bias_pre_training_constraints: Constraints of bias in the data.
        bias_post_training_constraints: Constraints of bias in the predictions.
        explainability_constraints: Constraints of what the predictions depend on.
        explainability_config_file: Configuration of that analysis.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DriftCheckBaselines.html
    """

    model_statistics: MetricsFile | None = field(default=None, metadata={"ModelQuality": "Statistics"})
    model_constraints: MetricsFile | None = field(default=None, metadata={"ModelQuality": "Constraints"})
    model_data_statistics: MetricsFile | None = field(default=None, metadata={"ModelDataQuality": "Statistics"})
    model_data_constraints: MetricsFile | None = field(default=None, metadata={"ModelDataQuality": "Constraints"})
    bias_config_file: MetricsFile | None = field(default=None, metadata={"Bias": "ConfigFile"})
    bias_pre_training_constraints: MetricsFile | None = field(default=None, metadata={"Bias": "PreTrainingConstraints"})
    bias_post_training_constraints: MetricsFile | None = field(
        default=None, metadata={"Bias": "PostTrainingConstraints"}
    )
    explainability_constraints: MetricsFile | None = field(default=None, metadata={"Explainability": "Constraints"})
    explainability_config_file: MetricsFile | None = field(default=None, metadata={"Explainability": "ConfigFile"})

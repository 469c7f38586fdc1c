"""What SageMaker Clarify analyzes: configurations that become ``analysis_config.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.locations import S3Destination, S3Source
from sagemaker_workflows.requests import without_none
from sagemaker_workflows.variables import PipelineVariable


@dataclass(frozen=True)
class DataConfig:
    """The dataset of an analysis.

    Args:
        dataset: An object or a prefix.
        output: Prefix for the results, usually an :class:`ExecutionLocation`.
        label: Column (name or index) or JMESPath of the label; default: there is none.
        headers: Column names, where the dataset has none; default: Clarify makes them up.
        features: JMESPath of the features; required for JSON.
        dataset_type: ``text/csv`` (default), ``application/jsonlines``, ``application/json``,
            ``application/x-parquet`` or ``application/x-image``.
        compression: ``Gzip`` or ``None`` (default).
        excluded_columns: Names or indices of the columns that the model does not get; default: none.
        additional: Further fields of ``analysis_config.json``, in its own spelling.
    """

    dataset: S3Source
    output: S3Destination
    label: str | int | None = None
    headers: Sequence[str] | None = None
    features: str | None = None
    dataset_type: str = "text/csv"
    compression: str = "None"
    excluded_columns: Sequence[str | int] | None = None
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """The dataset's part of ``analysis_config.json``."""
        return {
            "dataset_type": self.dataset_type,
            "features": self.features,
            "headers": self.headers,
            "label": self.label,
            "excluded_columns": self.excluded_columns,
            **(self.additional or {}),
        }


@dataclass(frozen=True)
class Facet:
    """An attribute whose groups are compared.

    Args:
        name: Column name or index.
        values_or_threshold: Values of the group that may be at a disadvantage, or one number: values above it. Default:
            each value is compared with the others.
    """

    name: str | int
    values_or_threshold: Sequence[str | float] | None = None

    def render(self) -> dict[str, Any]:
        """A member of ``facet``."""
        return {"name_or_index": self.name, "value_or_threshold": self.values_or_threshold}


@dataclass(frozen=True)
class BiasConfig:
    """Which outcomes are good, and whose are compared.

    Args:
        label_values_or_threshold: Label values of a good outcome, or one number: labels above it.
        facets: One or more attributes.
        group_name: Column by which conditional metrics divide the rows; default: none.
    """

    label_values_or_threshold: Sequence[str | float]
    facets: Sequence[Facet]
    group_name: str | int | None = None

    def render(self) -> dict[str, Any]:
        """The part of ``analysis_config.json`` about outcomes and facets."""
        return {
            "label_values_or_threshold": self.label_values_or_threshold,
            "facet": [each.render() for each in self.facets],
            "group_variable": self.group_name,
        }


@dataclass(frozen=True)
class ModelConfig:
    """The model that is asked: Clarify serves it from an endpoint of its own while the job runs.

    Args:
        model_name: Name of the model, usually ``create_model.model_name``.
        instance_type: Instance type of that endpoint; default: ``ml.m5.xlarge``.
        instance_count: Number of its instances; default: 1.
        accept_type: MIME type of the answers; default: that of the dataset.
        content_type: MIME type of the requests; default: that of the dataset.
        additional: Further fields of ``predictor``, in its own spelling, as ``content_template``.
    """

    model_name: str | PipelineVariable
    instance_type: str = INSTANCE_TYPE
    instance_count: int = 1
    accept_type: str | None = None
    content_type: str | None = None
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """A ``predictor`` without the model's name, which stands in the step."""
        return {
            "instance_type": self.instance_type,
            "initial_instance_count": self.instance_count,
            "accept_type": self.accept_type,
            "content_type": self.content_type,
            **(self.additional or {}),
        }


@dataclass(frozen=True)
class ModelPredictedLabelConfig:
    """Where the prediction stands in the model's answer.

    Args:
        label: Index or JMESPath of the predicted label; default: the answer is the label.
        probability: Index or JMESPath of the scores; default: there are none.
        probability_threshold: Score above which the prediction is positive; default: 0.5.
        label_headers: Label values in the order of the scores; default: not told.
    """

    label: str | int | None = None
    probability: str | int | None = None
    probability_threshold: float | None = None
    label_headers: Sequence[str] | None = None

    def render(self) -> dict[str, Any]:
        """Fields of ``predictor``; the threshold stands outside of it."""
        return {"label": self.label, "probability": self.probability, "label_headers": self.label_headers}


@dataclass(frozen=True)
class ShapConfig:
    """Feature attribution by SHAP values.

    Args:
        baseline: Rows that features are replaced from; default: Clarify makes one of the dataset.
        num_samples: Samples per row; default: chosen by Clarify.
        agg_method: ``mean_abs`` (the service's default), ``median`` or ``mean_sq``.
        use_logit: Whether attributions are of log-odds; default: False.
        save_local_shap_values: Whether those of each row are written; default: True.
        seed: Seed of the sampling; default: none.
        num_clusters: Rows of the baseline that Clarify makes, in place of ``baseline``; default: chosen by Clarify.
        additional: Further fields of ``shap``, in its own spelling.
    """

    baseline: Sequence[Sequence[Any]] | str | None = None
    num_samples: int | None = None
    agg_method: str | None = None
    use_logit: bool = False
    save_local_shap_values: bool = True
    seed: int | None = None
    num_clusters: int | None = None
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """The method as it stands among ``methods``."""
        return {
            "shap": {
                "baseline": self.baseline,
                "num_samples": self.num_samples,
                "agg_method": self.agg_method,
                "use_logit": self.use_logit,
                "save_local_shap_values": self.save_local_shap_values,
                "seed": self.seed,
                "num_clusters": self.num_clusters,
                **(self.additional or {}),
            }
        }


@dataclass(frozen=True)
class PdpConfig:
    """Partial dependence plots.

    Args:
        features: Columns by name or index.
        grid_resolution: Buckets of a numeric column; default: 15.
        top_k_features: Default: 10.
    """

    features: Sequence[str | int]
    grid_resolution: int = 15
    top_k_features: int = 10

    def render(self) -> dict[str, Any]:
        """The method as it stands among ``methods``."""
        return {
            "pdp": {
                "features": self.features,
                "grid_resolution": self.grid_resolution,
                "top_k_features": self.top_k_features,
            }
        }


@dataclass(frozen=True)
class DataBiasCheckConfig:
    """Checks a dataset for bias before anything is trained.

    Args:
        data: The dataset.
        bias: Outcomes and facets.
        methods: ``all`` (default) or metrics, as in ``["CI", "DPL"]``.
    """

    CHECK_TYPE: ClassVar[str] = "DATA_BIAS"

    data: DataConfig
    bias: BiasConfig
    methods: str | Sequence[str] = "all"

    @property
    def model_name(self) -> None:
        """There is no model."""
        return None

    def analysis(self) -> dict[str, Any]:
        """``analysis_config.json``."""
        methods = {"pre_training_bias": {"methods": self.methods}}
        return _document({**self.data.render(), **self.bias.render()}, methods)


@dataclass(frozen=True)
class ModelBiasCheckConfig:
    """Checks the predictions of a model for bias.

    Args:
        data: The dataset.
        bias: Outcomes and facets.
        model: The model.
        predicted_label: Where the prediction stands in the model's answer.
        methods: ``all`` (default) or metrics, as in ``["DPPL"]``.
    """

    CHECK_TYPE: ClassVar[str] = "MODEL_BIAS"

    data: DataConfig
    bias: BiasConfig
    model: ModelConfig
    predicted_label: ModelPredictedLabelConfig = ModelPredictedLabelConfig()
    methods: str | Sequence[str] = "all"

    @property
    def model_name(self) -> str | PipelineVariable:
        """Name of the model."""
        return self.model.model_name

    def analysis(self) -> dict[str, Any]:
        """``analysis_config.json``."""
        config = {
            **self.data.render(),
            **self.bias.render(),
            "predictor": {**self.predicted_label.render(), **self.model.render()},
            "probability_threshold": self.predicted_label.probability_threshold,
        }
        return _document(config, {"post_training_bias": {"methods": self.methods}})


@dataclass(frozen=True)
class ModelExplainabilityCheckConfig:
    """Checks how much each feature adds to a model's predictions.

    Args:
        data: The dataset.
        model: The model.
        explainability: SHAP values or partial dependence plots.
        model_scores: Index or JMESPath of the score in the answer, or a whole :class:`ModelPredictedLabelConfig`;
            default: the answer is one score.
    """

    CHECK_TYPE: ClassVar[str] = "MODEL_EXPLAINABILITY"

    data: DataConfig
    model: ModelConfig
    explainability: ShapConfig | PdpConfig
    model_scores: str | int | ModelPredictedLabelConfig | None = None

    @property
    def model_name(self) -> str | PipelineVariable:
        """Name of the model."""
        return self.model.model_name

    def analysis(self) -> dict[str, Any]:
        """``analysis_config.json``."""
        scores = self.model_scores
        if not isinstance(scores, ModelPredictedLabelConfig):
            scores = ModelPredictedLabelConfig(label=scores)
        config = {
            **self.data.render(),
            "predictor": {**self.model.render(), **scores.render()},
            "probability_threshold": scores.probability_threshold,
        }
        return _document(config, self.explainability.render())


#: What a ClarifyCheck step checks.
ClarifyCheckConfig = DataBiasCheckConfig | ModelBiasCheckConfig | ModelExplainabilityCheckConfig


def _document(config: Mapping[str, Any], methods: Mapping[str, Any]) -> dict[str, Any]:
    report = {"name": "report", "title": "Analysis Report"}
    document: dict[str, Any] = without_none({**config, "methods": {**methods, "report": report}})
    return document

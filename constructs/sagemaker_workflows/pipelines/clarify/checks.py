"""Configurations of a ClarifyCheck step, which become ``analysis_config.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows.jobs.merging import without_none
from sagemaker_workflows.pipelines.clarify.data import BiasConfig, DataConfig
from sagemaker_workflows.pipelines.clarify.methods import PdpConfig, ShapConfig
from sagemaker_workflows.pipelines.clarify.model import ModelConfig, ModelPredictedLabelConfig


@checks_fields
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
    def model(self) -> None:
        """There is no model."""
        return None

    def analysis(self) -> dict[str, Any]:
        """``analysis_config.json``."""
        methods = {"pre_training_bias": {"methods": self.methods}}
        return _document({**self.data.render(), **self.bias.render()}, methods)


@checks_fields
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
    predicted_label: ModelPredictedLabelConfig = field(default_factory=ModelPredictedLabelConfig)
    methods: str | Sequence[str] = "all"

    def analysis(self) -> dict[str, Any]:
        """``analysis_config.json``."""
        config = {
            **self.data.render(),
            **self.bias.render(),
            "predictor": {**self.predicted_label.render(), **self.model.render()},
            "probability_threshold": self.predicted_label.probability_threshold,
        }
        return _document(config, {"post_training_bias": {"methods": self.methods}})


@checks_fields
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

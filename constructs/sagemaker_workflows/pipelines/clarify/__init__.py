"""Configurations of the analyses of SageMaker Clarify."""

from sagemaker_workflows.pipelines.clarify.checks import (
    ClarifyCheckConfig,
    DataBiasCheckConfig,
    ModelBiasCheckConfig,
    ModelExplainabilityCheckConfig,
)
from sagemaker_workflows.pipelines.clarify.data import BiasConfig, DataConfig, Facet
from sagemaker_workflows.pipelines.clarify.methods import PdpConfig, ShapConfig
from sagemaker_workflows.pipelines.clarify.model import ModelConfig, ModelPredictedLabelConfig
from sagemaker_workflows.pipelines.clarify.shadow_endpoint import shadow_endpoint_statements

__all__ = [
    "BiasConfig",
    "ClarifyCheckConfig",
    "DataBiasCheckConfig",
    "DataConfig",
    "Facet",
    "ModelBiasCheckConfig",
    "ModelConfig",
    "ModelExplainabilityCheckConfig",
    "ModelPredictedLabelConfig",
    "PdpConfig",
    "ShapConfig",
    "shadow_endpoint_statements",
]

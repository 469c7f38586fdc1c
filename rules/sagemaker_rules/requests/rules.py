"""The rules on requests to SageMaker that its service model does not state, by id, each with its source."""

from __future__ import annotations

from sagemaker_rules.requests.tables.endpoints import ENDPOINT_RULES
from sagemaker_rules.requests.tables.models import MODELS_RULES
from sagemaker_rules.requests.tables.others import OTHER_RULES
from sagemaker_rules.requests.tables.processing import PROCESSING_RULES
from sagemaker_rules.requests.tables.service_model import MODEL_RULES
from sagemaker_rules.requests.tables.training import TRAINING_RULES
from sagemaker_rules.requests.tables.transform import TRANSFORM_RULES
from sagemaker_rules.requests.tables.tuning import TUNING_RULES
from sagemaker_rules.requests.tables.xgboost import XGBOOST_RULES
from sagemaker_rules.rule import Rule

__all__ = ["MODEL_RULES", "REQUEST_RULES"]

REQUEST_RULES: tuple[Rule, ...] = (
    *MODEL_RULES,
    *TRAINING_RULES,
    *XGBOOST_RULES,
    *PROCESSING_RULES,
    *TUNING_RULES,
    *TRANSFORM_RULES,
    *MODELS_RULES,
    *ENDPOINT_RULES,
    *OTHER_RULES,
)

"""Steps of a workflow: one or two task states together with the execution role that they need."""

from sagemaker_workflows.patterns.batch_inference import BatchInference
from sagemaker_workflows.patterns.standardization import Standardization
from sagemaker_workflows.patterns.xgboost_training import XGBoostTraining

__all__ = ["BatchInference", "Standardization", "XGBoostTraining"]

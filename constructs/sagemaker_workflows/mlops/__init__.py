"""The model hand-over between accounts: registry, approval, promotion."""

from sagemaker_workflows.mlops.names import Accounts, Registry, role_arn
from sagemaker_workflows.mlops.registry import ModelRegistry
from sagemaker_workflows.mlops.workload_roles import WorkloadRoles

__all__ = ["Accounts", "ModelRegistry", "Registry", "WorkloadRoles", "role_arn"]

"""The model hand-over between accounts: registry, approval, promotion."""

from sagemaker_workflows.mlops.names import Accounts, Registry, role_arn

__all__ = ["Accounts", "Registry", "role_arn"]

"""Model promotion between accounts: registry, approval, deployment."""

from sagemaker_workflows.mlops.approval_rule import DeploymentBus, ModelApprovalRule
from sagemaker_workflows.mlops.deployment import ModelDeployment
from sagemaker_workflows.mlops.deployment_trigger import DeploymentTrigger
from sagemaker_workflows.mlops.endpoint_alarm import ServerErrorAlarm
from sagemaker_workflows.mlops.lineage_roles import BuildLineageRole, ServingLineageRole, lineage_statement
from sagemaker_workflows.mlops.names import PRODUCTION_STAGE, QA_STAGE, Accounts, Registry, role_arn
from sagemaker_workflows.mlops.registry import ModelRegistry
from sagemaker_workflows.mlops.stage import HeldOutRecord, StageOptions, alarm_name
from sagemaker_workflows.mlops.workload_roles import WorkloadRoles

__all__ = [
    "PRODUCTION_STAGE",
    "QA_STAGE",
    "Accounts",
    "BuildLineageRole",
    "DeploymentBus",
    "DeploymentTrigger",
    "HeldOutRecord",
    "ModelApprovalRule",
    "ModelDeployment",
    "ModelRegistry",
    "Registry",
    "ServerErrorAlarm",
    "ServingLineageRole",
    "StageOptions",
    "WorkloadRoles",
    "alarm_name",
    "lineage_statement",
    "role_arn",
]

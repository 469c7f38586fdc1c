"""Shared services: the registry that data science writes to and the other accounts deploy from."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Stack, Tags
from constructs import Construct

from sagemaker_workflows.mlops import ModelApprovalRule, ModelRegistry, lineage_statement
from stacks.mlops.settings import MlopsSettings


class SharedServices(Stack):
    """Model package group, artifact bucket, key and approver role.

    Args:
        scope: The app.
        id: Stack name.
        mlops: See :class:`MlopsSettings`.
        demo: Whether bucket and key go together with the stack.
        stack_options: Arguments of ``aws_cdk.Stack``; ``env`` follows from the settings.
    """

    def __init__(
        self, scope: Construct, id: str, *, mlops: MlopsSettings, demo: bool = False, **stack_options: Any
    ) -> None:
        super().__init__(scope, id, env=mlops.environment(mlops.accounts.shared_services), **stack_options)
        #: The registry.
        self.registry = ModelRegistry(
            self,
            "Registry",
            registry=mlops.registry,
            accounts=mlops.accounts,
            approvers=mlops.approvers,
            demo=demo,
        )
        self.registry.approver_role.add_to_policy(lineage_statement(mlops.accounts))
        #: Forwards approvals to the deployment account.
        self.approvals = ModelApprovalRule(
            self, "Approvals", registry=mlops.registry, deployment_account=mlops.accounts.deployment
        )
        Tags.of(self).add("project", "sagemaker-workflows")
        Tags.of(self).add("workflow", id)
        outputs = {
            "ModelPackageGroupArn": (mlops.registry.group_arn, "Group that data science registers versions in"),
            "ArtifactBucket": (self.registry.bucket.bucket_name, "Bucket for model artifacts"),
            "KeyArn": (self.registry.key.key_arn, "Key of the artifacts: context registry_key_arn of the other stacks"),
            "ApproverRoleArn": (self.registry.approver_role.role_arn, "Role that approves versions"),
        }
        for name, (value, description) in outputs.items():
            CfnOutput(self, name, value=value, description=description)

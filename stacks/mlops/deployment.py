"""Deployment: approvals start a state machine that deploys to QA, tests, and goes on to production."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Stack, Tags
from constructs import Construct

from sagemaker_workflows.mlops import Accounts, DeploymentTrigger, ModelDeployment, Registry, StageOptions


class Deployment(Stack):
    """The deployment account.

    Args:
        scope: The app.
        id: Stack name.
        accounts: The accounts.
        registry: The registry.
        qa: How versions are deployed to QA and tested there.
        production: How they are deployed to production; default: as to QA.
        production_approval: ``manual`` (default): the approver lets a version into production; ``automatic``: it goes
            straight on.
        stack_options: Arguments of ``aws_cdk.Stack``.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        accounts: Accounts,
        registry: Registry,
        qa: StageOptions,
        production: StageOptions | None = None,
        production_approval: str = "manual",
        **stack_options: Any,
    ) -> None:
        super().__init__(scope, id, **stack_options)
        #: State machine and smoke test.
        self.deployment = ModelDeployment(
            self,
            "ModelDeployment",
            accounts=accounts,
            registry=registry,
            qa=qa,
            production=production,
            production_approval=production_approval,
        )
        #: Bus and function that start it.
        self.trigger = DeploymentTrigger(self, "Trigger", registry=registry, deployment=self.deployment)
        CfnOutput(self, "StateMachineArn", value=self.deployment.state_machine.state_machine_arn)
        Tags.of(self).add("project", "sagemaker-workflows")
        Tags.of(self).add("workflow", id)

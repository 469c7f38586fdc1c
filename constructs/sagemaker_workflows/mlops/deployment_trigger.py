"""Starts deployments: the function behind the event bus."""

from __future__ import annotations

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_resource
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.mlops.approval_rule import DeadLetterQueue, DeploymentBus
from sagemaker_workflows.mlops.deployment import ModelDeployment
from sagemaker_workflows.mlops.names import Registry
from sagemaker_workflows.resources.functions import ScopedFunction


class DeploymentTrigger(Construct):
    """Starts the state machine on approvals that arrive at the bus, once for each version, stage and status.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry.
        deployment: The deployment.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        accounts = Accounts.single("111122223333")
        qa = StageOptions([HeldOutRecord("5.1,3.5", expected=9.0, tolerance=3.0)])
        deployment = ModelDeployment(self, "Deployment", accounts=accounts, registry=registry, qa=qa)
        DeploymentTrigger(self, "Trigger", registry=registry, deployment=deployment)
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry, deployment: ModelDeployment) -> None:
        super().__init__(scope, id)
        machine = deployment.state_machine
        #: Events that the function was given three times and failed with.
        self.dead_letter_queue = DeadLetterQueue(self, "Failed")
        #: The function.
        self.function = ScopedFunction(
            self,
            "Start",
            folder="start_deployment",
            description=f"Starts the deployment of approved versions of {registry.group_name}",
            environment={
                "STATE_MACHINE_ARN": machine.state_machine_arn,
                "GROUP_ARN": registry.group_arn,
                "PRODUCTION_APPROVAL": deployment.production_approval,
            },
            timeout=Duration.minutes(1),
            dead_letter_queue=self.dead_letter_queue,
        )
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.state_machine_name}:{registry.group_name}-v*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        acknowledge_resource(
            self.function.role,  # type: ignore[arg-type]  # ScopedFunction makes it
            executions,
            "Executions are named after the version, whose number the registry gives.",
        )
        self.function.allow(
            iam.PolicyStatement(sid="Start", actions=["states:StartExecution"], resources=[machine.state_machine_arn]),
            iam.PolicyStatement(sid="LookForEarlier", actions=["states:DescribeExecution"], resources=[executions]),
        )
        #: The bus.
        self.bus = DeploymentBus(self, "Bus", registry=registry, consumer=self.function)

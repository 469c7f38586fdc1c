"""The way of an approval: from the registry's account to the event bus of the deployment account, and to a function."""

from __future__ import annotations

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.mlops._statements import allow_roles
from sagemaker_workflows.mlops.names import EVENT_BUS, EVENT_FORWARDING_ROLE, Registry

SOURCE = "aws.sagemaker"
DETAIL_TYPE = "SageMaker Model Package State Change"
#: Events that cannot be delivered for this long go to the dead-letter queue; EventBridge's own default.
_LONGEST_DELIVERY = Duration.hours(24)
_MOST_DELIVERIES = 185


def approval_pattern(registry: Registry) -> events.EventPattern:
    """Events about versions of the group that are approved: newly so, or whose life cycle changes.

    What happens to versions that are pending or rejected deploys nothing. Whether a life-cycle change does, the
    consumer decides.
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-staging-construct-event-bridge.html
    """
    return events.EventPattern(
        source=[SOURCE],
        detail_type=[DETAIL_TYPE],
        account=[registry.account],
        detail={"ModelPackageGroupName": [registry.group_name], "ModelApprovalStatus": ["Approved"]},
    )


class DeadLetterQueue(sqs.Queue):
    """An encrypted queue that takes messages through TLS only, and keeps them for 14 days.

    Args:
        scope: Parent construct.
        id: Construct id.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        # A key of its own would have to let EventBridge use it; SQS's is as good for events that hold no data.
        super().__init__(
            scope,
            id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(self, "AwsSolutions-SQS3", "This queue is the dead-letter queue.")


class ModelApprovalRule(Construct):
    """Forwards approvals and life-cycle changes of one group to the bus of the deployment account.

    Stands in the account of the registry. Events that cannot be forwarded go to a dead-letter queue, to which only
    EventBridge can send, on behalf of this rule.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry, whose account and region the stack must be in.
        deployment_account: Account of the :class:`DeploymentBus`.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        ModelApprovalRule(self, "Approvals", registry=registry, deployment_account="444455556666")

    Follows https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry, deployment_account: str) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        name = f"sagemaker-mlops-{registry.group_name}-approvals"
        rule_arn = stack.format_arn(service="events", resource="rule", resource_name=name)
        bus_arn = f"arn:{Aws.PARTITION}:events:{registry.region}:{deployment_account}:event-bus/{EVENT_BUS}"
        bus = events.EventBus.from_event_bus_arn(self, "Bus", bus_arn)
        #: Role with which EventBridge puts events onto the other account's bus.
        self.role = iam.Role(
            self,
            "Role",
            role_name=EVENT_FORWARDING_ROLE,
            description="EventBridge forwards approvals of models to the deployment account",
            # Not for a rule of somebody else's (confused deputy).
            assumed_by=iam.ServicePrincipal(
                "events.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnEquals": {"aws:SourceArn": rule_arn},
                },
            ),
        )
        #: Events that could not be forwarded.
        self.dead_letter_queue = DeadLetterQueue(self, "DeadLetters")
        #: The rule, on the default bus, which gets the events of SageMaker.
        self.rule = events.Rule(
            self,
            "Rule",
            rule_name=name,
            description=f"Approvals and life-cycle changes of {registry.group_name}",
            event_pattern=approval_pattern(registry),
            targets=[targets.EventBus(bus, role=self.role, dead_letter_queue=self.dead_letter_queue)],
        )


class DeploymentBus(Construct):
    """The bus in the deployment account, and the rule that hands approvals to a function.

    Only the forwarding role of the registry's account can put events onto the bus, and only model package events of
    SageMaker. Events that cannot be delivered go to a dead-letter queue.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry.
        consumer: Function that gets the events; it must be idempotent, because SageMaker and EventBridge may send an
            event more than once.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        consumer = ScopedFunction(self, "Consumer", folder="start_deployment", description="Starts deployments")
        DeploymentBus(self, "Bus", registry=registry, consumer=consumer)

    Follows https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, registry: Registry, consumer: lambda_.IFunction) -> None:
        super().__init__(scope, id)
        #: The bus.
        self.bus = events.EventBus(self, "Bus", event_bus_name=EVENT_BUS)
        self.bus.add_to_resource_policy(_put_events(self.bus, registry))
        #: Events that could not be delivered.
        self.dead_letter_queue = DeadLetterQueue(self, "DeadLetters")
        target = targets.LambdaFunction(
            consumer,
            dead_letter_queue=self.dead_letter_queue,
            retry_attempts=_MOST_DELIVERIES,
            max_event_age=_LONGEST_DELIVERY,
        )
        #: The rule on the bus.
        self.rule = events.Rule(
            self,
            "Rule",
            event_bus=self.bus,
            description=f"Approvals and life-cycle changes of {registry.group_name}",
            event_pattern=approval_pattern(registry),
            targets=[target],
        )


def _put_events(bus: events.EventBus, registry: Registry) -> iam.PolicyStatement:
    return allow_roles(
        "ApprovalsOfTheRegistry",
        registry.account,
        [EVENT_FORWARDING_ROLE],
        ["events:PutEvents"],
        [bus.event_bus_arn],
        {"StringEquals": {"events:source": SOURCE, "events:detail-type": DETAIL_TYPE}},
    )

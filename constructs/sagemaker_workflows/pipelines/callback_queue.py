"""The queue between a callback step and the worker that answers it."""

from __future__ import annotations

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments

#: How often a message is received before it goes to the dead-letter queue.
_MAX_RECEIVES = 3


def through_sqs() -> dict[str, dict[str, object]]:
    """The condition that a key is used through SQS only."""
    return {"StringEquals": {"kms:ViaService": f"sqs.{Aws.REGION}.{Aws.URL_SUFFIX}"}}


class CallbackQueue(Construct):
    """An encrypted queue that takes messages through TLS only, and keeps those that no worker can handle.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: KMS key; default: keys that SQS manages.
        visibility_timeout: How long a worker has a message for itself before another one gets it; default: 5 minutes.
        retention: How long a message waits for a worker, 1 minute to 14 days; default: 4 days. The dead-letter queue
            keeps messages for 14 days.

    Messages that were received 3 times without being deleted go to the dead-letter queue.

    Example::

        approvals = CallbackQueue(self, "Approvals", retention=Duration.days(2))

    Follows https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        visibility_timeout: Duration | None = None,
        retention: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        encryption = sqs.QueueEncryption.KMS if encryption_key else sqs.QueueEncryption.SQS_MANAGED
        #: Messages that no worker could handle.
        self.dead_letter_queue = sqs.Queue(
            self,
            "DeadLetters",
            encryption=encryption,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        #: The queue that callback steps send to.
        self.queue = sqs.Queue(
            self,
            "Resource",
            encryption=encryption,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            visibility_timeout=visibility_timeout or Duration.minutes(5),
            retention_period=retention or Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=_MAX_RECEIVES, queue=self.dead_letter_queue),
        )

    @property
    def queue_url(self) -> str:
        """URL of the queue."""
        return self.queue.queue_url

    @property
    def queue_arn(self) -> str:
        """ARN of the queue."""
        return self.queue.queue_arn

    def grant_receive(self, grantee: iam.IGrantable) -> iam.Grant:
        """Lets ``grantee``, a worker, receive and delete messages; :meth:`Pipeline.grant_answer` lets it answer."""
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
        grant = iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[self.queue_arn])
        if key := self.queue.encryption_master_key:
            iam.Grant.add_to_principal(
                grantee=grantee, actions=["kms:Decrypt"], resource_arns=[key.key_arn], conditions=through_sqs()
            )
        return grant

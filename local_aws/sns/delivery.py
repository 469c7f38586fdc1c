"""Takes a published message to one subscription.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from moto.sns.models import Subscription

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.authorize import Authorizer
from local_aws.iam.message_keys import actions_of_sender
from local_aws.iam.sessions import Sessions
from local_aws.sns.mail import Outbox

_SERVICE = "sns.amazonaws.com"
# What an e-mail without a subject is called.
_SUBJECT = "AWS Notification Message"


@dataclass(frozen=True)
class Message:
    """A published message.

    Args:
        id: Its id.
        text: Its body, for the protocol of the subscription.
        subject: Its subject, if it has one.
        attributes: Its attributes, each with ``Type`` and ``Value``.
        group: Message group of a FIFO topic.
    """

    id: str
    text: str
    subject: str | None
    attributes: Mapping[str, Any]
    group: str | None


class Delivery:
    """Takes messages to subscriptions.

    Args:
        sessions: Clients of the owners of queues and functions.
        authorizer: Decides what SNS may do with them.
        outbox: Takes e-mails.
    """

    def __init__(self, sessions: Sessions, authorizer: Authorizer, outbox: Outbox) -> None:
        self._sessions = sessions
        self._authorizer = authorizer
        self._outbox = outbox

    def deliver(self, subscription: Subscription, message: Message, deduplication_id: str) -> None:
        """Delivers a message.

        Raises:
            NotSupportedLocallyError: The local AWS does not deliver by the protocol of the subscription.
            AccessDeniedError: The policy of the queue or function does not let the topic.
        """
        if subscription.protocol not in _PROTOCOLS:
            raise NotSupportedLocallyError(
                f"SNS protocol {subscription.protocol}: the local AWS delivers by {', '.join(sorted(_PROTOCOLS))}"
            )
        _PROTOCOLS[subscription.protocol](self, subscription, message, deduplication_id)

    def to_dead_letters(self, subscription: Subscription, message: Message) -> str | None:
        """Sends a message that could not be delivered to the dead-letter queue of the subscription.

        Returns:
            ARN of the queue; None if there is none.
        """
        policy = subscription.attributes.get("RedrivePolicy")
        if not policy:
            return None
        arn = str((policy if isinstance(policy, dict) else json.loads(policy))["deadLetterTargetArn"])
        self._send(subscription, arn, json.dumps(_notification(subscription, message)), {})
        return arn

    def _queue(self, subscription: Subscription, message: Message, deduplication_id: str) -> None:
        options: dict[str, Any] = {}
        if message.group:
            options = {"MessageGroupId": message.group, "MessageDeduplicationId": deduplication_id}
        if str(subscription.attributes.get("RawMessageDelivery", "false")).lower() == "true":
            if message.attributes:
                options["MessageAttributes"] = {name: _raw(value) for name, value in message.attributes.items()}
            self._send(subscription, subscription.endpoint, message.text, options)
        else:
            self._send(subscription, subscription.endpoint, json.dumps(_notification(subscription, message)), options)

    def _send(self, subscription: Subscription, arn: str, text: str, options: Mapping[str, Any]) -> None:
        self._allowed(subscription, "sqs:SendMessage", arn)
        account, name = arn.split(":")[4:]
        client = self._sessions.owner("sqs", arn)
        url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=text, **options)

    def _function(self, subscription: Subscription, message: Message, deduplication_id: str) -> None:
        self._allowed(subscription, "lambda:InvokeFunction", subscription.endpoint)
        record = {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription.arn,
            "Sns": {**_notification(subscription, message), "MessageAttributes": _attributes(message)},
        }
        client = self._sessions.owner("lambda", subscription.endpoint)
        body = json.dumps({"Records": [record]})
        client.invoke(FunctionName=subscription.endpoint, InvocationType="Event", Payload=body)

    def _mail(self, subscription: Subscription, message: Message, deduplication_id: str) -> None:
        body = message.text
        if subscription.protocol == "email-json":
            body = json.dumps(_notification(subscription, message), indent=2)
        self._outbox.send(recipient=subscription.endpoint, subject=message.subject or _SUBJECT, body=body)

    def _allowed(self, subscription: Subscription, action: str, resource: str) -> None:
        needed = [(action, resource)]
        if action == "sqs:SendMessage":
            needed += actions_of_sender(resource)
        for each, on in needed:
            self._authorizer.authorize_service(
                service=_SERVICE,
                action=each,
                resource=on,
                source_arn=subscription.topic_arn,
                source_account=subscription.topic.account_id,
            )


def _notification(subscription: Subscription, message: Message) -> dict[str, Any]:
    """The message as AWS wraps it, without its signature: there is no certificate to check it with."""
    found: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": message.id,
        "TopicArn": subscription.topic_arn,
        "Message": message.text,
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    }
    if message.subject:
        found["Subject"] = message.subject
    if message.attributes:
        found["MessageAttributes"] = _attributes(message)
    return found


def _attributes(message: Message) -> dict[str, Any]:
    return {name: {"Type": each["Type"], "Value": str(each["Value"])} for name, each in message.attributes.items()}


def _raw(value: Mapping[str, Any]) -> dict[str, Any]:
    field = "BinaryValue" if value["Type"].startswith("Binary") else "StringValue"
    return {"DataType": value["Type"], field: value["Value"] if field == "BinaryValue" else str(value["Value"])}


_PROTOCOLS: Mapping[str, Callable[[Delivery, Subscription, Message, str], None]] = MappingProxyType(
    {
        "email": Delivery._mail,
        "email-json": Delivery._mail,
        "lambda": Delivery._function,
        "sqs": Delivery._queue,
    }
)

"""AWS::SQS::Queue, AWS::SNS::Topic and AWS::SNS::Subscription.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.resources.base import LocalResource, tag_mapping

_FIFO = ".fifo"


def _text(value: Any) -> str:
    """A property as the attribute of a queue, topic or subscription, all of which are text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


class Queue(LocalResource):
    """A queue; moto's own class forgets most properties in an update. Ref is its URL."""

    resource_type = "AWS::SQS::Queue"
    name_property = "QueueName"
    # What an update that leaves a property out goes back to.
    _defaults: Mapping[str, str] = {
        "ContentBasedDeduplication": "false",
        "DelaySeconds": "0",
        "KmsDataKeyReusePeriodSeconds": "300",
        "KmsMasterKeyId": "",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "RedrivePolicy": "",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    honoured = frozenset({*_defaults, "DeduplicationScope", "FifoQueue", "FifoThroughputLimit", "QueueName", "Tags"})
    replaced_by = frozenset({"FifoQueue", "QueueName"})
    attribute_names = frozenset({"Arn", "QueueName", "QueueUrl"})

    def create(self) -> None:
        """Creates the queue."""
        # A generated name has no suffix yet, which SQS asks of a FIFO queue.
        if _text(self.properties.get("FifoQueue", "false")) == "true" and not self.name.endswith(_FIFO):
            self.name = f"{self.name[: 80 - len(_FIFO)]}{_FIFO}"
        tags = tag_mapping(self.properties.get("Tags"))
        answer = self.client("sqs").create_queue(QueueName=self.name, Attributes=self._attributes(), tags=tags)
        self.physical_resource_id = answer["QueueUrl"]

    def update(self, previous: Mapping[str, Any]) -> None:
        """Sets the attributes anew, and the tags."""
        client, url = self.client("sqs"), self.physical_resource_id
        removed = {
            name: value for name, value in self._defaults.items() if name in previous and name not in self.properties
        }
        changed = {
            name: value
            for name, value in self._attributes().items()
            if name != "FifoQueue" and self.properties[name] != previous.get(name)
        }
        client.set_queue_attributes(QueueUrl=url, Attributes=removed | changed)
        new, old = tag_mapping(self.properties.get("Tags")), tag_mapping(previous.get("Tags"))
        if gone := sorted(old.keys() - new.keys()):
            client.untag_queue(QueueUrl=url, TagKeys=gone)
        if new:
            client.tag_queue(QueueUrl=url, Tags=new)

    def delete(self) -> None:
        """Deletes the queue with its messages."""
        self.client("sqs").delete_queue(QueueUrl=self.physical_resource_id)

    def attributes(self) -> Mapping[str, Any]:
        """ARN, name and URL."""
        arn = f"arn:{self.partition}:sqs:{self.region}:{self.account_id}:{self.name}"
        return {"Arn": arn, "QueueName": self.name, "QueueUrl": self.physical_resource_id}

    def _attributes(self) -> dict[str, str]:
        others = ("QueueName", "Tags")
        return {name: _text(value) for name, value in self.properties.items() if name not in others}


class Topic(LocalResource):
    """A topic; moto's own class makes a new one, without subscriptions, in an update. Ref is its ARN."""

    resource_type = "AWS::SNS::Topic"
    name_property = "TopicName"
    _attributes_of_topic = ("ContentBasedDeduplication", "DisplayName", "KmsMasterKeyId")
    honoured = frozenset({*_attributes_of_topic, "FifoTopic", "Subscription", "Tags", "TopicName"})
    replaced_by = frozenset({"FifoTopic", "TopicName"})
    attribute_names = frozenset({"TopicArn", "TopicName"})

    def create(self) -> None:
        """Creates the topic and its subscriptions."""
        names = (*self._attributes_of_topic, "FifoTopic")
        attributes = {name: _text(self.properties[name]) for name in names if name in self.properties}
        if attributes.get("FifoTopic") == "true" and not self.name.endswith(_FIFO):
            self.name += _FIFO
        tags = self.properties.get("Tags", [])
        answer = self.client("sns").create_topic(Name=self.name, Attributes=attributes, Tags=tags)
        self.physical_resource_id = answer["TopicArn"]
        self._subscribe({})

    def update(self, previous: Mapping[str, Any]) -> None:
        """Sets the attributes and tags, and subscribes and unsubscribes what changed."""
        client, arn = self.client("sns"), self.physical_resource_id
        for name in self._attributes_of_topic:
            if self.properties.get(name) != previous.get(name):
                value = _text(self.properties.get(name, ""))
                client.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
        self._subscribe(previous)
        new, old = tag_mapping(self.properties.get("Tags")), tag_mapping(previous.get("Tags"))
        if gone := sorted(old.keys() - new.keys()):
            client.untag_resource(ResourceArn=arn, TagKeys=gone)
        if new:
            client.tag_resource(ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in new.items()])

    def delete(self) -> None:
        """Deletes the topic with its subscriptions."""
        self.client("sns").delete_topic(TopicArn=self.physical_resource_id)

    def attributes(self) -> Mapping[str, Any]:
        """ARN and name."""
        return {"TopicArn": self.physical_resource_id, "TopicName": self.name}

    def _subscribe(self, previous: Mapping[str, Any]) -> None:
        client, arn = self.client("sns"), self.physical_resource_id
        wanted = [(each["Protocol"], each["Endpoint"]) for each in self.properties.get("Subscription", [])]
        before = [(each["Protocol"], each["Endpoint"]) for each in previous.get("Subscription", [])]
        for protocol, endpoint in wanted:
            client.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
        for found in client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
            known = (found["Protocol"], found["Endpoint"])
            if known in before and known not in wanted:
                client.unsubscribe(SubscriptionArn=found["SubscriptionArn"])


class Subscription(LocalResource):
    """A subscription, which is confirmed at once. Ref is its ARN."""

    resource_type = "AWS::SNS::Subscription"
    _attributes_of_subscription = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
    honoured = frozenset({*_attributes_of_subscription, "Endpoint", "Protocol", "Region", "TopicArn"})
    replaced_by = frozenset({"Endpoint", "Protocol", "TopicArn"})
    attribute_names = frozenset({"Arn"})

    def create(self) -> None:
        """Subscribes."""
        topic = self.properties["TopicArn"]
        if self.properties.get("Region", topic.split(":")[3]) != self.region:
            raise NotSupportedLocallyError(
                f"{self.resource_type} {self.logical_resource_id}: Region other than the stack's is not supported by "
                "the local AWS"
            )
        attributes = self._attributes(self.properties)
        answer = self.client("sns").subscribe(
            TopicArn=topic,
            Protocol=self.properties["Protocol"],
            Endpoint=self.properties["Endpoint"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        self.physical_resource_id = answer["SubscriptionArn"]

    def update(self, previous: Mapping[str, Any]) -> None:
        """Sets what changed."""
        defaults = {"FilterPolicy": "{}", "FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "false"}
        new, old = self._attributes(self.properties), self._attributes(previous)
        for name in self._attributes_of_subscription:
            if new.get(name) != old.get(name):
                self.client("sns").set_subscription_attributes(
                    SubscriptionArn=self.physical_resource_id,
                    AttributeName=name,
                    AttributeValue=new.get(name, defaults.get(name, "")),
                )

    def delete(self) -> None:
        """Unsubscribes."""
        self.client("sns").unsubscribe(SubscriptionArn=self.physical_resource_id)

    def attributes(self) -> Mapping[str, Any]:
        """The ARN."""
        return {"Arn": self.physical_resource_id}

    def _attributes(self, properties: Mapping[str, Any]) -> dict[str, str]:
        return {name: _text(properties[name]) for name in self._attributes_of_subscription if name in properties}

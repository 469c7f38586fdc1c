"""What is wrong with the EventBridge and SNS of stock moto, by the module of the patch that mends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
FOREIGN = "arn:aws:events:us-east-1:999999999999:event-bus/default"


class Stock:
    """A queue, and rules with targets."""

    def __init__(self) -> None:
        # Any: one client a service.
        client: Any = boto3.client
        self.events, self.sqs, self.sns = (client(each, "us-east-1") for each in ("events", "sqs", "sns"))
        self.url = self.sqs.create_queue(QueueName="q")["QueueUrl"]

    def rule(self, target: str, **options: Any) -> None:
        self.events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["test"]}), **options)
        self.events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": target}])

    def put(self, **options: Any) -> None:
        self.events.put_events(Entries=[{"Source": "test", "DetailType": "d", "Detail": "{}", **options}])

    def received(self) -> list[Any]:
        return [each["Body"] for each in self.sqs.receive_message(QueueUrl=self.url).get("Messages", [])]


@mock_aws
def a_foreign_bus_is_taken_for_the_own() -> bool:
    stock = Stock()
    stock.rule(QUEUE)
    stock.put(EventBusName=FOREIGN)
    return len(stock.received()) == 1


@mock_aws
def disabled_rules_deliver_and_the_account_is_missing() -> bool:
    stock = Stock()
    stock.rule(QUEUE, State="DISABLED")
    stock.put()
    [body] = stock.received()
    return json.loads(body).get("account") is None


@mock_aws
def a_function_as_target_crashes() -> bool:
    stock = Stock()
    stock.rule("arn:aws:lambda:us-east-1:123456789012:function:f")
    try:
        stock.put()
    except NotImplementedError:
        return True
    return False


@mock_aws
def a_topic_delivers_unasked() -> bool:
    stock = Stock()
    topic = stock.sns.create_topic(Name="t")["TopicArn"]
    stock.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    stock.sns.publish(TopicArn=topic, Message="x")
    return len(stock.received()) == 1


FAULTS: dict[str, list[Callable[[], bool]]] = {
    "events.patches.foreign_buses": [a_foreign_bus_is_taken_for_the_own],
    "events.patches.rule_targets": [disabled_rules_deliver_and_the_account_is_missing, a_function_as_target_crashes],
    "sns.patches.subscription_delivery": [a_topic_delivers_unasked],
}

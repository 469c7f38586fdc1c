"""Queues, topics, subscriptions, buses and rules of a template do what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from local_aws import LocalAws

Client = Callable[[str], Any]
ACCOUNT = "123456789012"


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def output(logical_id: str, attribute: str) -> dict[str, Any]:
    return {"Value": {"Fn::GetAtt": [logical_id, attribute]}}


def grant(service: str, action: str, target: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": target}
    return {"Version": "2012-10-17", "Statement": [statement]}


def open_queue(service: str) -> dict[str, Any]:
    """A queue to which a service may send."""
    arn = {"Fn::GetAtt": ["Queue", "Arn"]}
    policy = {"Queues": [{"Ref": "Queue"}], "PolicyDocument": grant(service, "sqs:SendMessage", arn)}
    return {"Queue": resource("SQS::Queue"), "Policy": resource("SQS::QueuePolicy", **policy)}


def bodies(aws: LocalAws, url: str) -> list[str]:
    assert aws.events.settle()
    found = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [each["Body"] for each in found.get("Messages", [])]


class TestQueues:
    def test_an_update_keeps_the_queue_and_takes_back_what_is_gone(self, stack: Any, client: Client) -> None:
        tags = [{"Key": "a", "Value": "b"}]
        outputs = {name: output("Queue", name) for name in ("Arn", "QueueName", "QueueUrl")}
        queue = resource("SQS::Queue", VisibilityTimeout=900, MessageRetentionPeriod="1209600", Tags=tags)
        stack.create({"Queue": queue}, Outputs=outputs)
        url, sqs = stack.physical_id("Queue"), client("sqs")
        assert stack.outputs["QueueUrl"] == url
        assert stack.outputs["Arn"] == f"arn:aws:sqs:us-east-1:{ACCOUNT}:{stack.outputs['QueueName']}"
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}
        stack.update({"Queue": resource("SQS::Queue", VisibilityTimeout=60)}, Outputs=outputs)
        assert stack.physical_id("Queue") == url
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert (found["VisibilityTimeout"], found["MessageRetentionPeriod"]) == ("60", "345600")
        assert not sqs.list_queue_tags(QueueUrl=url).get("Tags")

    def test_a_message_that_is_received_too_often_goes_to_the_dead_letters(
        self, aws: LocalAws, stack: Any, client: Client
    ) -> None:
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 1}
        queue = resource("SQS::Queue", VisibilityTimeout=0, RedrivePolicy=redrive)
        stack.create({"Dead": resource("SQS::Queue"), "Queue": queue})
        url = stack.physical_id("Queue")
        client("sqs").send_message(QueueUrl=url, MessageBody="poison")
        assert bodies(aws, url) == ["poison"]
        assert bodies(aws, url) == []
        assert bodies(aws, stack.physical_id("Dead")) == ["poison"]

    def test_the_generated_name_of_a_fifo_queue_ends_as_it_must(self, stack: Any) -> None:
        stack.create({"Queue": resource("SQS::Queue", FifoQueue=True, ContentBasedDeduplication=True)})
        assert stack.physical_id("Queue").endswith(".fifo")


class TestTopics:
    def test_an_update_of_a_topic_keeps_its_subscriptions(self, stack: Any, client: Client) -> None:
        subscription = resource("SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="email", Endpoint="a@b.org")
        resources = {"Topic": resource("SNS::Topic"), "Subscription": subscription}
        outputs = {"Arn": output("Topic", "TopicArn"), "Name": output("Topic", "TopicName")}
        stack.create(resources, Outputs=outputs)
        arn = stack.physical_id("Topic")
        assert (stack.outputs["Arn"], arn.rpartition(":")[2]) == (arn, stack.outputs["Name"])
        stack.update(resources | {"Topic": resource("SNS::Topic", DisplayName="News")}, Outputs=outputs)
        assert client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "News"
        [found] = client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        assert found["SubscriptionArn"] == stack.physical_id("Subscription")
        stack.delete()
        assert arn not in [each["TopicArn"] for each in client("sns").list_topics()["Topics"]]

    def test_a_message_to_an_address_is_a_file(self, aws: LocalAws, stack: Any, client: Client) -> None:
        topic = resource("SNS::Topic", Subscription=[{"Protocol": "email", "Endpoint": "team@example.org"}])
        stack.create({"Topic": topic})
        sent = len(aws.mail.sent())
        topic_arn = stack.physical_id("Topic")
        client("sns").publish(TopicArn=topic_arn, Subject="Model quality: too low!", Message="mse 12.3")
        [found] = aws.mail.sent()[sent:]
        assert (found.recipient, found.subject, found.body) == (
            "team@example.org",
            "Model quality: too low!",
            "mse 12.3",
        )
        assert found.path.name.endswith("-Model-quality-too-low.txt")
        assert "To: team@example.org\nSubject: Model quality: too low!\n\nmse 12.3\n" in found.path.read_text()

    def test_a_queue_gets_what_passes_the_filter_if_its_policy_lets_the_topic(
        self, aws: LocalAws, stack: Any, client: Client
    ) -> None:
        subscription = resource(
            "SNS::Subscription",
            TopicArn={"Ref": "Topic"},
            Protocol="sqs",
            Endpoint={"Fn::GetAtt": ["Queue", "Arn"]},
            FilterPolicy={"kind": ["approved"]},
        )
        resources = {**open_queue("sns.amazonaws.com"), "Topic": resource("SNS::Topic"), "Subscription": subscription}
        stack.create(resources)
        topic, url = stack.physical_id("Topic"), stack.physical_id("Queue")

        def publish(kind: str) -> None:
            attributes = {"kind": {"DataType": "String", "StringValue": kind}}
            client("sns").publish(TopicArn=topic, Message=kind, MessageAttributes=attributes)

        publish("rejected")
        publish("approved")
        [body] = [json.loads(each) for each in bodies(aws, url)]
        assert (body["Type"], body["TopicArn"], body["Message"]) == ("Notification", topic, "approved")
        raw = subscription["Properties"] | {"RawMessageDelivery": True}
        stack.update(resources | {"Subscription": {**subscription, "Properties": raw}})
        publish("approved")
        assert bodies(aws, url) == ["approved"]
        stack.update({name: each for name, each in resources.items() if name != "Policy"})
        publish("approved")
        assert bodies(aws, url) == []


PATTERN = {"source": ["test"], "detail": {"kind": ["a"]}}


class TestRules:
    def put(self, client: Client, kind: str, bus: str = "default") -> None:
        entry = {"Source": "test", "DetailType": "T", "Detail": json.dumps({"kind": kind}), "EventBusName": bus}
        client("events").put_events(Entries=[entry])

    def test_a_rule_is_changed_in_place_and_deleted_with_its_targets(
        self, aws: LocalAws, stack: Any, client: Client
    ) -> None:
        target = {"Id": "one", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "RetryPolicy": {"MaximumRetryAttempts": "2"}}
        outputs = {"Arn": output("Rule", "Arn")}
        queue = open_queue("events.amazonaws.com")
        stack.create(
            {**queue, "Rule": resource("Events::Rule", EventPattern=PATTERN, Targets=[target])}, Outputs=outputs
        )
        name, url = stack.physical_id("Rule"), stack.physical_id("Queue")
        assert stack.outputs["Arn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{name}"
        self.put(client, "a")
        assert len(bodies(aws, url)) == 1
        other = {**target, "Id": "two", "Input": '"constant"'}
        pattern = {"source": ["test"], "detail": {"kind": ["b"]}}
        stack.update(
            {**queue, "Rule": resource("Events::Rule", EventPattern=pattern, Targets=[other])}, Outputs=outputs
        )
        assert stack.physical_id("Rule") == name
        self.put(client, "a")
        self.put(client, "b")
        assert bodies(aws, url) == ['"constant"']
        stack.delete()
        assert stack.status == "DELETE_COMPLETE"
        assert name not in [each["Name"] for each in client("events").list_rules()["Rules"]]

    def test_a_rule_on_a_bus_of_its_own(self, aws: LocalAws, stack: Any, client: Client) -> None:
        target = {"Id": "one", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}
        rule = resource("Events::Rule", EventBusName={"Ref": "Bus"}, EventPattern=PATTERN, Targets=[target])
        bus = resource("Events::EventBus", Name=f"bus-{stack.name}", Description="promotions")
        resources = {**open_queue("events.amazonaws.com"), "Bus": bus, "Rule": rule}
        stack.create(resources, Outputs={"Arn": output("Bus", "Arn")})
        name = stack.physical_id("Bus")
        assert stack.outputs["Arn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{name}"
        assert stack.physical_id("Rule").startswith(f"{name}|")
        self.put(client, "a")
        self.put(client, "a", bus=name)
        assert len(bodies(aws, stack.physical_id("Queue"))) == 1
        stack.delete()
        assert stack.status == "DELETE_COMPLETE"

    def test_the_policy_of_a_bus_is_made_of_statements(self, stack: Any, client: Client) -> None:
        arn = {"Fn::GetAtt": ["Bus", "Arn"]}
        principal = {"AWS": "210987654321"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents", "Resource": arn}
        bus = resource("Events::EventBus", Name=f"bus-{stack.name}")
        whole = resource(
            "Events::EventBusPolicy", EventBusName={"Ref": "Bus"}, StatementId="Whole", Statement=statement
        )
        parts = resource(
            "Events::EventBusPolicy",
            EventBusName={"Ref": "Bus"},
            StatementId="Parts",
            Principal="210987654321",
            Action="events:PutEvents",
        )
        stack.create({"Bus": bus, "Whole": whole, "Parts": parts | {"DependsOn": "Whole"}})
        events_api, name = client("events"), stack.physical_id("Bus")

        def statements() -> dict[str, Any]:
            policy = events_api.describe_event_bus(Name=name).get("Policy")
            return {each["Sid"]: each for each in json.loads(policy)["Statement"]} if policy else {}

        assert set(statements()) == {"Whole", "Parts"}
        assert statements()["Parts"]["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}
        stack.update({"Bus": bus, "Parts": parts})
        assert set(statements()) == {"Parts"}

"""An event reaches every target of every rule that matches, if the policies of both sides allow it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

from .conftest import grant

FUNCTION = """
import json, os, boto3
def handler(event, context):
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""
CHAIN = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


def eventually(find: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 15
    while not (found := find()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def log(aws: LocalAws) -> str:
    return (aws.settings.work_dir / "server.log").read_text()


class TestQueues:
    def test_the_queue_gets_the_whole_event(self, bus: Any) -> None:
        url, arn = bus.queue()
        bus.rule({"Arn": arn})
        bus.put({"a": [1]}, Resources=["arn:aws:x:::y"])
        [event] = bus.messages(url)
        assert (event["source"], event["detail-type"], event["detail"]) == ("test", "Test", {"a": [1]})
        assert (event["account"], event["region"], event["version"]) == ("123456789012", "us-east-1", "0")
        assert event["resources"] == ["arn:aws:x:::y"]
        assert event["time"].endswith("Z")

    def test_a_queue_whose_policy_does_not_name_the_service_gets_nothing(self, aws: LocalAws, bus: Any) -> None:
        url, arn = bus.queue(open_to=None)
        bus.rule({"Arn": arn})
        aws.authorizer.clear_denials()
        bus.put()
        assert bus.messages(url) == []
        [denial] = [each for each in aws.authorizer.denials() if each.resource == arn]
        assert (denial.principal, denial.action) == ("events.amazonaws.com", "sqs:SendMessage")

    def test_the_policy_may_ask_for_the_rule(self, bus: Any) -> None:
        url, arn = bus.queue()
        rule = bus.rule({"Arn": arn})
        for source, expected in ((f"{rule}-other", 0), (rule, 1)):
            policy = grant("events.amazonaws.com", "sqs:SendMessage", arn, ArnEquals={"aws:SourceArn": source})
            bus.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
            bus.put()
            assert len(bus.messages(url)) == expected

    def test_what_could_not_be_delivered_goes_to_the_dead_letter_queue_with_its_reason(self, bus: Any) -> None:
        url, dead = bus.queue()
        _, closed = bus.queue(open_to=None)
        bus.rule({"Arn": closed, "DeadLetterConfig": {"Arn": dead}})
        bus.put({"n": 1})
        received = bus.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
        [message] = received["Messages"]
        assert json.loads(message["Body"])["detail"] == {"n": 1}
        assert message["MessageAttributes"]["TARGET_ARN"]["StringValue"] == closed
        assert "sqs:SendMessage" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]


class TestRules:
    def test_only_rules_that_match_and_are_enabled_deliver(self, bus: Any) -> None:
        url, arn = bus.queue()
        bus.rule({"Arn": arn}, pattern={"source": ["test"], "detail": {"status": ["Approved"]}})
        bus.rule({"Arn": arn}, State="DISABLED")
        bus.put({"status": "Rejected"})
        assert bus.messages(url) == []
        bus.put({"status": "Approved"})
        assert len(bus.messages(url)) == 1

    def test_a_schedule_waits_for_the_clock_not_for_events(self, bus: Any) -> None:
        url, arn = bus.queue()
        bus.events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
        bus.events.put_targets(Rule="nightly", Targets=[{"Id": "t", "Arn": arn}])
        bus.put()
        assert bus.messages(url) == []

    def test_a_kind_of_target_that_is_not_supported_is_named_in_the_log(self, aws: LocalAws, bus: Any) -> None:
        arn = "arn:aws:codepipeline:us-east-1:123456789012:deploy"
        url, queue = bus.queue()
        bus.rule({"Arn": arn}, {"Arn": queue})
        bus.put()
        assert f"EventBridge target {arn}: the local AWS delivers to" in log(aws)
        assert len(bus.messages(url)) == 1


def test_a_function_is_invoked_once_its_policy_lets_the_rule(aws: LocalAws, bus: Any) -> None:
    url, queue = bus.queue(open_to=None)
    role = bus.role("lambda.amazonaws.com", "sqs:SendMessage", queue)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", FUNCTION)
    function = bus.client("lambda").create_function(
        FunctionName="listener",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": buffer.getvalue()},
        Environment={"Variables": {"QUEUE": url}},
        Timeout=20,
    )["FunctionArn"]
    rule = bus.rule({"Arn": function})
    aws.authorizer.clear_denials()
    bus.put({"n": 1})
    assert [each.action for each in aws.authorizer.denials() if each.resource == function] == ["lambda:InvokeFunction"]
    bus.client("lambda").add_permission(
        FunctionName="listener",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    bus.put({"n": 2})
    [event] = eventually(lambda: bus.messages(url))
    assert event["detail"] == {"n": 2}


def test_a_state_machine_is_started_with_the_role_of_the_target(bus: Any) -> None:
    states = bus.client("stepfunctions")
    role = bus.role("states.amazonaws.com", "sqs:SendMessage", "*")
    machine = states.create_state_machine(name="deploy", definition=json.dumps(CHAIN), roleArn=role)["stateMachineArn"]
    starter = bus.role("events.amazonaws.com", "states:StartExecution", machine)
    stranger = bus.role("events.amazonaws.com", "states:StopExecution", machine)
    bus.rule({"Arn": machine, "RoleArn": starter}, {"Arn": machine, "RoleArn": stranger})
    bus.put({"n": 1})
    [execution] = states.list_executions(stateMachineArn=machine)["executions"]
    given = states.describe_execution(executionArn=execution["executionArn"])["input"]
    assert json.loads(given)["detail"] == {"n": 1}


def test_a_topic_takes_the_event_on_to_its_subscribers(bus: Any) -> None:
    url, queue = bus.queue(open_to="sns.amazonaws.com")
    sns = bus.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    policy = grant("events.amazonaws.com", "sns:Publish", topic)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    bus.rule({"Arn": topic, "Input": '"hello"'})
    bus.put()
    [message] = bus.messages(url)
    assert message["Message"] == '"hello"'


class TestOtherBuses:
    THERE = "arn:aws:events:us-east-1:210987654321:event-bus/default"

    def test_an_event_keeps_its_account_on_another_bus(self, bus: Any) -> None:
        url, queue = bus.queue()
        mine = bus.events.create_event_bus(Name="mine")["EventBusArn"]
        bus.rule({"Arn": queue}, EventBusName="mine")
        role = bus.role("events.amazonaws.com", "events:PutEvents", mine)
        bus.rule({"Arn": mine, "RoleArn": role})
        bus.put({"n": 1}, Resources=["arn:aws:x:::y"])
        [event] = bus.messages(url)
        assert (event["account"], event["resources"]) == ("123456789012", ["arn:aws:x:::y"])

    @pytest.mark.parametrize("both_sides", [False, True])
    def test_another_account_needs_the_role_and_the_policy_of_the_bus(
        self, aws: LocalAws, bus: Any, both_sides: bool
    ) -> None:
        from moto.events.models import events_backends

        role = bus.role("events.amazonaws.com", "events:PutEvents", self.THERE)
        there = events_backends["210987654321"]["us-east-1"]
        there.put_rule("all", event_pattern=json.dumps({"source": ["test"]}))
        there.put_targets("all", None, [{"Id": "log", "Arn": "arn:aws:codepipeline:us-east-1:210987654321:log"}])
        if both_sides:
            statement = {"Sid": "in", "Effect": "Allow", "Principal": {"AWS": "123456789012"}}
            there.event_buses["default"].add_policy(
                {"Statement": [{**statement, "Action": "events:PutEvents", "Resource": self.THERE}]}
            )
        bus.rule({"Arn": self.THERE, "RoleArn": role}, pattern={"source": ["test"], "detail": {"n": [both_sides]}})
        aws.authorizer.clear_denials()
        bus.put({"n": both_sides})
        received = [each for each in aws.authorizer.denials() if each.resource == self.THERE]
        assert bool(received) is not both_sides


def test_a_version_and_its_approval_are_told(aws: LocalAws, bus: Any) -> None:
    url, arn = bus.queue()
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": ["Abalone"]},
    }
    bus.rule({"Arn": arn}, pattern=pattern)
    sagemaker = bus.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="Abalone")
    version = sagemaker.create_model_package(
        ModelPackageGroupName="Abalone", InferenceSpecification={"Containers": [{"Image": "i"}]}
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=version, CustomerMetadataProperties={"rmse": "2"})
    sagemaker.update_model_package(ModelPackageArn=version, ModelApprovalStatus="Approved")
    stage = {"Stage": "QA", "StageStatus": "Deployed"}
    sagemaker.update_model_package(ModelPackageArn=version, ModelLifeCycle=stage)
    assert aws.events.settle()
    found = sorted(bus.messages(url), key=lambda event: len(event["detail"]))
    assert [each["resources"] for each in found] == [[version]] * 3
    details = [each["detail"] for each in found]
    assert [each["ModelApprovalStatus"] for each in details] == ["PendingManualApproval", "Approved", "Approved"]
    assert details[0]["ModelPackageArn"] == version
    assert (details[0]["ModelPackageVersion"], details[0]["ModelPackageStatus"]) == (1, "Completed")
    assert details[2]["ModelLifeCycle"] == stage

"""A local AWS, and shorthands for what the tests of EventBridge share."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

REGION = "arn:aws:{service}:us-east-1:123456789012"


class Bus:
    """The administrator's view of EventBridge and its targets."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self.client: Callable[..., Any] = aws.sessions.client
        self.events = aws.client("events")
        self.sqs = aws.client("sqs")

    def rule(self, *targets: dict[str, Any], pattern: dict[str, Any] | None = None, **options: Any) -> str:
        """Makes a rule for events of the source ``test``; returns its ARN."""
        name = f"rule-{uuid.uuid4().hex[:8]}"
        body = json.dumps(pattern or {"source": ["test"]})
        arn: str = self.events.put_rule(Name=name, EventPattern=body, **options)["RuleArn"]
        bus = {"EventBusName": options["EventBusName"]} if "EventBusName" in options else {}
        ids = [{"Id": f"t{index}", **target} for index, target in enumerate(targets)]
        self.events.put_targets(Rule=name, Targets=ids, **bus)
        return arn

    def queue(self, *, open_to: str | None = "events.amazonaws.com") -> tuple[str, str]:
        """URL and ARN of a queue that a service may send to."""
        name = f"queue-{uuid.uuid4().hex[:8]}"
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        if open_to:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": grant(open_to, "sqs:SendMessage", arn)})
        return url, arn

    def put(self, detail: dict[str, Any] | None = None, **options: Any) -> None:
        entry = {"Source": "test", "DetailType": "Test", "Detail": json.dumps(detail or {}), **options}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0
        assert self.aws.events.settle()

    def messages(self, url: str) -> list[Any]:
        """Bodies of what is in a queue, as JSON."""
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return [json.loads(each["Body"]) for each in found.get("Messages", [])]

    def role(self, service: str, action: str, resource: str) -> str:
        """A role that a service may assume, for one action."""
        name, iam = f"role-{uuid.uuid4().hex[:8]}", self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(allowed))
        return arn


def grant(service: str, action: str, resource: str, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return document(statement | ({"Condition": condition} if condition else {}))


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def bus(aws: LocalAws) -> Bus:
    return Bus(aws)

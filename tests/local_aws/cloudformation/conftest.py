"""Stacks of templates that stand in the test."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

_HANDLER = """
import json, time, urllib.request
def handler(event, context):
    print(json.dumps(event))
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": event.get("PhysicalResourceId", "made")}
    properties = event["ResourceProperties"]
    if event["RequestType"] == "Create":
        time.sleep(float(properties.get("Sleep", 0)))
    if properties.get("Fail") == event["RequestType"]:
        answer |= {"Status": "FAILED", "Reason": "as told"}
    if properties.get("Crash") == "true" and event["RequestType"] != "Delete":
        raise RuntimeError("crashed")
    if "Id" in properties and event["RequestType"] != "Delete":
        answer["PhysicalResourceId"] = properties["Id"]
    answer["Data"] = {"Type": event["RequestType"], "Nested": {"Deep": "value"}, "Seen": json.dumps(properties)}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""


class Stack:
    """A stack and its operations; each waits until it is finished."""

    def __init__(self, name: str, client: Any) -> None:
        self.name = name
        self.client = client
        self.id = ""

    def create(self, resources: dict[str, Any], **rest: Any) -> Stack:
        options = {key: rest.pop(key) for key in ("Tags",) if key in rest}
        body = json.dumps({"Resources": resources, **rest})
        self.id = self.client.create_stack(StackName=self.name, TemplateBody=body, **options)["StackId"]
        return self

    def update(self, resources: dict[str, Any], **rest: Any) -> Stack:
        options = {key: rest.pop(key) for key in ("Tags",) if key in rest}
        body = json.dumps({"Resources": resources, **rest})
        self.client.update_stack(StackName=self.name, TemplateBody=body, **options)
        return self

    def delete(self, **options: Any) -> Stack:
        self.client.delete_stack(StackName=self.name, **options)
        return self

    def describe(self) -> dict[str, Any]:
        # By id, since a deleted stack has no other.
        [found] = self.client.describe_stacks(StackName=self.id)["Stacks"]
        return dict(found)

    @property
    def status(self) -> str:
        return str(self.describe()["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.describe().get("Outputs", [])}

    @property
    def events(self) -> list[tuple[str, str]]:
        """Logical id and status, oldest first."""
        events = self.client.describe_stack_events(StackName=self.id)["StackEvents"]
        return [(each["LogicalResourceId"], each["ResourceStatus"]) for each in reversed(events)]

    def reason(self, logical_id: str) -> str:
        """The newest reason that a resource gave."""
        events = self.client.describe_stack_events(StackName=self.id)["StackEvents"]
        reasons = (
            each["ResourceStatusReason"]
            for each in events
            if each["LogicalResourceId"] == logical_id and each.get("ResourceStatusReason")
        )
        return str(next(reasons))

    def physical_id(self, logical_id: str) -> str:
        resources = self.client.describe_stack_resources(StackName=self.id)["StackResources"]
        [found] = [each for each in resources if each["LogicalResourceId"] == logical_id]
        return str(found["PhysicalResourceId"])


@pytest.fixture
def client(aws: LocalAws) -> Callable[[str], Any]:
    """The administrator's boto3 clients."""
    return aws.client


@pytest.fixture
def stack(client: Callable[[str], Any]) -> Iterator[Stack]:
    made = Stack(f"Stack{uuid.uuid4().hex[:8]}", client("cloudformation"))
    yield made
    try:
        made.delete()
    except ClientError as error:
        assert "TerminationProtection" in str(error)  # noqa: PT017  the stack of that test stays


@pytest.fixture
def provider() -> dict[str, Any]:
    """Resources for the function of a custom resource: ``Provider`` is told by its properties what to do."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policy = {"PolicyName": "Logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [logs]}}
    return {
        "ProviderRole": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": trust, "Policies": [policy]},
        },
        "Provider": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["ProviderRole", "Arn"]},
                "Code": {"ZipFile": _HANDLER},
                "Timeout": 20,
            },
        },
    }


@pytest.fixture
def custom() -> Callable[..., dict[str, Any]]:
    """Makes a custom resource with properties for :func:`provider`."""

    def make(**properties: Any) -> dict[str, Any]:
        token = {"Fn::GetAtt": ["Provider", "Arn"]}
        return {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}

    return make

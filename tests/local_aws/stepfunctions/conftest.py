"""State machines with a role of their own on the local AWS."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

ACCOUNT = "123456789012"
_numbers = itertools.count()


class Machines:
    """Creates roles and state machines, and runs them."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self.client = aws.client("stepfunctions")
        self.iam = aws.client("iam")

    def role(self, *statements: dict[str, Any], service: str = "states.amazonaws.com") -> str:
        """ARN of a new role that may do what ``statements`` say."""
        name = f"role-{next(_numbers)}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=_policy(*statements))
        return arn

    def create(self, states: dict[str, Any], *, role: str, **more: Any) -> str:
        """ARN of a new state machine with ``states``, the first of which it starts at."""
        definition = {"StartAt": next(iter(states)), "States": states, **more.pop("top", {})}
        name = f"machine-{next(_numbers)}"
        answer = self.client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role, **more)
        return str(answer["stateMachineArn"])

    def run(self, states: dict[str, Any], *statements: dict[str, Any], **more: Any) -> dict[str, Any]:
        """DescribeExecution of a finished execution."""
        machine = self.create(states, role=self.role(*statements), **more)
        return self.wait(self.client.start_execution(stateMachineArn=machine)["executionArn"])

    def wait(self, execution: str) -> dict[str, Any]:
        """DescribeExecution once it has ended."""
        for _ in range(300):
            description: dict[str, Any] = self.client.describe_execution(executionArn=execution)
            if description["status"] != "RUNNING":
                return description
            time.sleep(0.05)
        raise AssertionError("the execution did not end")

    def output(self, states: dict[str, Any], *statements: dict[str, Any], **more: Any) -> Any:
        """Output of an execution that must succeed."""
        description = self.run(states, *statements, **more)
        assert description["status"] == "SUCCEEDED", description
        return json.loads(description["output"])


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def machines(aws: LocalAws) -> Machines:
    return Machines(aws)


@pytest.fixture
def allow() -> Callable[..., dict[str, Any]]:
    """Makes a statement that allows an action on a resource."""
    return lambda action, resource="*", **more: {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.fixture
def bucket(aws: LocalAws, local_aws: str) -> str:
    """Name of a bucket."""
    name = f"bucket-{next(_numbers)}"
    aws.client("s3").create_bucket(Bucket=name)
    return name

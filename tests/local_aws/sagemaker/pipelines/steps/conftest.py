"""Steps by themselves: an execution that exists only as its facts, with a role as narrow as the step allows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepRun

# Prints each message; answers one with the wanted status, then ends.
WORKER = """
import json, sys, boto3
queue, status, answer = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
sqs, sagemaker = boto3.client("sqs"), boto3.client("sagemaker")
while True:
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
        body = json.loads(message["Body"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        print(message["Body"], flush=True)
        if body["status"] == status:
            if "FailureReason" in answer:
                sagemaker.send_pipeline_execution_step_failure(CallbackToken=body["token"], **answer)
            else:
                sagemaker.send_pipeline_execution_step_success(CallbackToken=body["token"], **answer)
            sys.exit()
"""
_PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/orders"


def _role(service: str, actions: list[str]) -> str:
    from local_aws.iam import sessions

    iam = sessions.client("iam")
    name = f"role-{uuid.uuid4().hex[:12]}"
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    if actions:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
    return arn


@pytest.fixture
def role(local_aws: str) -> Callable[[str, list[str]], str]:
    """Makes a role that a service may assume and that allows actions on everything."""
    return _role


@pytest.fixture
def step_run(local_aws: str) -> Callable[..., StepRun]:
    """Makes the run of a step, with the actions that the pipeline's role allows."""

    def make(step: dict[str, Any], *, may: list[str]) -> StepRun:
        execution_id = uuid.uuid4().hex[:12]
        info = ExecutionInfo(
            pipeline_name="orders",
            pipeline_arn=_PIPELINE,
            execution_id=execution_id,
            execution_arn=f"{_PIPELINE}/execution/{execution_id}",
            role_arn=_role("sagemaker.amazonaws.com", may),
            region="us-east-1",
            account_id="123456789012",
            start_time=datetime.now(UTC),
        )
        definition = {"Name": "Ask", **step}
        return StepRun(definition, definition.get("Arguments"), info, lambda value: value, threading.Event())

    return make


@pytest.fixture
def queue(local_aws: str) -> str:
    """URL of a queue."""
    from local_aws.iam import sessions

    url: str = sessions.client("sqs").create_queue(QueueName=f"queue-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    return url


@pytest.fixture
def worker(aws: LocalAws, queue: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a worker that answers the message with the wanted status."""
    started: list[subprocess.Popen[str]] = []

    def start(answer: dict[str, Any], *, status: str = "Executing") -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", WORKER, queue, status, json.dumps(answer)],
                env={**os.environ, **aws.environment()},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()

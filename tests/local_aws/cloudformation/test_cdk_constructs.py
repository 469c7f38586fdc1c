"""What the CDK's own constructs write for events, messages and the registry deploys and works."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from local_aws import LocalAws

Client = Callable[[str], Any]
HANDLER = """
import boto3, json, os
def handler(event, context):
    arn = event["detail"]["ModelPackageArn"]
    boto3.client("sns").publish(TopicArn=os.environ["TOPIC"], Subject="Approval", Message=arn)
"""


def template() -> dict[str, Any]:
    """On approval: a function writes to the team, a queue and a bus of its own get the event, a machine starts."""
    import aws_cdk as cdk
    from aws_cdk import aws_events as rules
    from aws_cdk import aws_events_targets as targets
    from aws_cdk import aws_lambda as functions
    from aws_cdk import aws_sagemaker as sagemaker
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sns_subscriptions as subscriptions
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as states
    from aws_cdk.assertions import Template

    stack = cdk.Stack(cdk.App(), "Approvals")
    group = sagemaker.CfnModelPackageGroup(stack, "Group", model_package_group_name="CdkGroup")
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    topic.add_subscription(subscriptions.EmailSubscription("team@example.org"))
    dead = sqs.Queue(stack, "Dead", enforce_ssl=True)
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3))
    function = functions.Function(
        stack,
        "Function",
        runtime=functions.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=functions.Code.from_inline(HANDLER),
        environment={"TOPIC": topic.topic_arn},
    )
    topic.grant_publish(function)
    machine = states.StateMachine(
        stack, "Machine", definition_body=states.DefinitionBody.from_chainable(states.Succeed(stack, "Done"))
    )
    bus = rules.EventBus(stack, "Bus", event_bus_name="promotions")
    rules.Rule(
        stack,
        "OnBus",
        event_bus=bus,
        event_pattern=rules.EventPattern(source=["aws.sagemaker"]),
        targets=[targets.SqsQueue(queue)],
    )
    version = rules.EventField.from_path("$.detail.ModelPackageVersion")
    pattern = rules.EventPattern(
        source=["aws.sagemaker"],
        detail_type=["SageMaker Model Package State Change"],
        detail={
            "ModelPackageGroupName": [group.model_package_group_name],
            "ModelApprovalStatus": ["Approved"],
        },
    )
    chosen = rules.RuleTargetInput.from_object({"version": version})
    rules.Rule(
        stack,
        "Approved",
        event_pattern=pattern,
        targets=[
            targets.LambdaFunction(function, dead_letter_queue=dead),
            targets.SqsQueue(queue, message=chosen),
            targets.EventBus(bus),
            targets.SfnStateMachine(machine),
        ],
    )
    for name, construct in {"QueueUrl": queue.queue_url, "DeadUrl": dead.queue_url}.items():
        cdk.CfnOutput(stack, name, value=construct)
    return dict(Template.from_stack(stack).to_json())


@pytest.mark.slow
def test_an_approval_reaches_function_queue_bus_and_state_machine(aws: LocalAws, stack: Any, client: Client) -> None:
    found = template()
    found.pop("Rules", None)
    found.pop("Parameters", None)
    stack.create(found.pop("Resources"), **found)
    assert stack.status == "CREATE_COMPLETE", stack.client.describe_stack_events(StackName=stack.id)["StackEvents"]
    sent = len(aws.mail.sent())
    sagemaker = client("sagemaker")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="CdkGroup",
        InferenceSpecification={"Containers": [{"Image": "i"}]},
        ModelApprovalStatus="Approved",
    )["ModelPackageArn"]
    assert aws.events.settle()
    sqs = client("sqs")
    messages = sqs.receive_message(QueueUrl=stack.outputs["QueueUrl"], MaxNumberOfMessages=10)["Messages"]
    bodies = sorted((json.loads(each["Body"]) for each in messages), key=len)
    assert bodies[0] == {"version": 1}
    assert bodies[1]["detail"]["ModelPackageArn"] == arn
    [machine] = [each for each in found_ids(stack) if ":stateMachine:" in each]
    [execution] = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert execution["status"] in ("RUNNING", "SUCCEEDED")
    wait_for_mail(aws, sent, arn)
    assert "Messages" not in sqs.receive_message(QueueUrl=stack.outputs["DeadUrl"])
    sagemaker.delete_model_package(ModelPackageName=arn)
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def found_ids(stack: Any) -> list[str]:
    resources = stack.client.describe_stack_resources(StackName=stack.id)["StackResources"]
    return [str(each["PhysicalResourceId"]) for each in resources]


def wait_for_mail(aws: LocalAws, sent: int, text: str) -> None:
    import time

    deadline = time.monotonic() + 15
    while len(aws.mail.sent()) == sent:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    [message] = aws.mail.sent()[sent:]
    assert (message.recipient, message.subject, message.body) == ("team@example.org", "Approval", text)

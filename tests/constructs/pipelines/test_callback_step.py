"""Callback steps and their queue: as the SageMaker SDK defines them, who may do what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    CacheConfig,
    CallbackOutput,
    CallbackQueue,
    CallbackStep,
    ParameterInteger,
    ParameterString,
    Pipeline,
    PipelineStep,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:approvals"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/approvals"


@pytest.fixture
def queue(stack: cdk.Stack) -> sqs.IQueue:
    return sqs.Queue.from_queue_attributes(stack, "Queue", queue_arn=QUEUE, queue_url=URL)


def test_as_the_sdk_defines_it(
    stack: cdk.Stack, queue: sqs.IQueue, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.workflow.callback_step import CallbackOutput as SdkOutput
    from sagemaker.workflow.callback_step import CallbackOutputTypeEnum as SdkType
    from sagemaker.workflow.callback_step import CallbackStep as SdkStep
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    place = SdkString("Place")
    theirs = [
        SdkStep("Bare", sqs_queue_url=URL, inputs={}, outputs=[]),
        SdkStep(
            "Approve",
            sqs_queue_url=URL,
            inputs={"number": 5, "share": 0.5, "text": "some", "urgent": True, "place": place},
            outputs=[
                SdkOutput("by", SdkType.String),
                SdkOutput("count", SdkType.Integer),
                SdkOutput("score", SdkType.Float),
                SdkOutput("approved", SdkType.Boolean),
            ],
            display_name="Approval",
            description="Somebody looks at it",
            cache_config=SdkCache(enable_caching=True, expire_after="PT12H"),
            depends_on=["Bare"],
        ),
    ]
    bare = CallbackStep(stack, "Bare", queue=queue)
    ours = CallbackStep(
        stack,
        "Approve",
        queue=queue,
        inputs={"number": 5, "share": 0.5, "text": "some", "urgent": True, "place": ParameterString("Place")},
        outputs=[
            CallbackOutput("by"),
            CallbackOutput("count", "Integer"),
            CallbackOutput("score", "Float"),
            CallbackOutput("approved", "Boolean"),
        ],
        display_name="Approval",
        description="Somebody looks at it",
        cache=CacheConfig(Duration.hours(12)),
        depends_on=[bare],
    )
    assert [definition(bare), definition(ours)] == sdk_steps(theirs, sdk, [place])


def test_an_output_is_referred_to_as_by_the_sdk(stack: cdk.Stack, queue: sqs.IQueue) -> None:
    from sagemaker.workflow.callback_step import CallbackOutput as SdkOutput
    from sagemaker.workflow.callback_step import CallbackStep as SdkStep

    step = CallbackStep(stack, "Approve", queue=queue, outputs=[CallbackOutput("by")])
    theirs = SdkStep("Approve", sqs_queue_url=URL, inputs={}, outputs=[SdkOutput("by")])
    assert step.output("by").render() == theirs.properties.Outputs["by"].expr
    with pytest.raises(
        InvalidParameterError, match="Stack/Approve: outputs: there is no output 'who'; write one of by"
    ):
        step.output("who")


def test_inputs_may_be_called_like_fields_of_other_steps(
    stack: cdk.Stack, queue: sqs.IQueue, definition: Definition
) -> None:
    step = CallbackStep(stack, "Approve", queue=queue, inputs={"Tags": "a", "RoleArn": "b"})
    assert definition(step)["Arguments"] == {"Tags": "a", "RoleArn": "b"}


def nothing_nested(name: str, value: Any) -> str:
    return f"Stack/Approve: inputs['{name}']: is {value!r}; inputs are not nested: give each value a name of its own"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": {"a": {"b": 1}}}, nothing_nested("a", {"b": 1})),
        ({"inputs": {"a": 1, "b": [ParameterInteger("N")]}}, nothing_nested("b", [ParameterInteger("N")])),
        ({"inputs": {"a": None}}, "Stack/Approve: inputs['a']: is None; write a text, a number, true or false"),
        ({"outputs": [CallbackOutput("a'b")]}, 'Stack/Approve: outputs: "a\'b" is not legal; write 1 to 256'),
        ({"outputs": [CallbackOutput("a"), CallbackOutput("a")]}, "outputs: 'a' is there twice; give each output"),
        ({"outputs": [CallbackOutput(f"o{n}") for n in range(51)]}, "outputs: has 51 outputs; write at most 50"),
    ],
)
def test_refused(stack: cdk.Stack, queue: sqs.IQueue, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        CallbackStep(stack, "Approve", queue=queue, **options)
    assert str(error.value).startswith("Stack/Approve: ")
    assert message in str(error.value)


def test_it_is_not_retried(stack: cdk.Stack, queue: sqs.IQueue) -> None:
    with pytest.raises(TypeError, match="a CallbackStep has no argument retry_policies"):
        CallbackStep(stack, "Approve", queue=queue, retry_policies=[])  # type: ignore[call-arg]


class TestPermissions:
    def test_the_pipeline_sends_to_this_queue_only(self, stack: cdk.Stack, queue: sqs.IQueue) -> None:
        [statement] = CallbackStep(stack, "Approve", queue=queue).statements()
        assert statement.to_statement_json() == {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}

    def test_it_uses_the_queue_s_key_through_sqs_only(self, stack: cdk.Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1")
        queue = CallbackQueue(stack, "Queue", encryption_key=key)
        _, use = CallbackStep(stack, "Approve", queue=queue).statements()
        document = stack.resolve(use.to_statement_json())
        assert document["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
        assert document["Resource"] == key.key_arn
        assert "kms:ViaService" in document["Condition"]["StringEquals"]

    def test_a_worker_takes_messages_and_answers(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
        queue = CallbackQueue(stack, "Queue")
        worker = iam.Role(stack, "Worker", assumed_by=iam.AccountRootPrincipal())
        pipeline = Pipeline(stack, "Pipeline", pipeline_name="Ask", steps=[CallbackStep(stack, "Approve", queue=queue)])
        queue.grant_receive(worker)
        pipeline.grant_answer(worker)
        synthesized = synthesize(stack)
        taking, answering = synthesized.statements("Worker")
        assert taking["Action"] == sorted(
            f"sqs:{each}"
            for each in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
        )
        [resource] = taking["Resource"]
        assert resource.startswith("<Queue")
        assert resource.endswith(".Arn>")
        assert "DeadLetters" not in resource
        assert answering["Action"] == [
            "sagemaker:SendPipelineExecutionStepFailure",
            "sagemaker:SendPipelineExecutionStepSuccess",
        ]
        [executions] = answering["Resource"]
        assert executions.endswith(":pipeline/ask/execution/*")
        [sending] = synthesized.statements("PipelineRole")
        assert (sending["Action"], sending["Resource"]) == (["sqs:SendMessage"], [resource])


class TestQueue:
    @pytest.fixture
    def queues(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> dict[str, Any]:
        CallbackQueue(stack, "Queue", visibility_timeout=Duration.minutes(1), retention=Duration.days(2))
        found: dict[str, Any] = synthesize(stack).of_type("AWS::SQS::Queue")
        return found

    def test_both_queues_are_encrypted(self, queues: dict[str, Any]) -> None:
        assert len(queues) == 2
        assert all(each["Properties"]["SqsManagedSseEnabled"] for each in queues.values())

    def test_messages_that_nobody_can_handle_go_to_the_dead_letter_queue(self, queues: dict[str, Any]) -> None:
        [dead] = [key for key in queues if "DeadLetters" in key]
        [queue] = [each["Properties"] for key, each in queues.items() if key != dead]
        assert queue["RedrivePolicy"] == {"deadLetterTargetArn": f"<{dead}.Arn>", "maxReceiveCount": 3}
        assert (queue["VisibilityTimeout"], queue["MessageRetentionPeriod"]) == (60, 2 * 24 * 3600)

    def test_both_take_tls_only(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
        CallbackQueue(stack, "Queue")
        policies = synthesize(stack).of_type("AWS::SQS::QueuePolicy").values()
        assert len(policies) == 2
        for policy in policies:
            [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
            assert statement["Effect"] == "Deny"
            assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}

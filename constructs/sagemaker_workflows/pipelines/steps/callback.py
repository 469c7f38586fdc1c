"""Step that waits until a worker outside the pipeline answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.pipelines.callback_queue import CallbackQueue, through_sqs
from sagemaker_workflows.pipelines.step import CachedStepOptions
from sagemaker_workflows.pipelines.steps._calls import CallingStep, InputValue, OutputParameter


class CallbackOutput(OutputParameter):
    """An output of a callback step, which the worker sends with its answer; arguments as there."""


class CallbackStep(CallingStep):
    """Sends a message with a token to a queue, and waits until a worker answers with the token.

    The message is ``{"token": ..., "pipelineExecutionArn": ..., "arguments": {...}, "status": "Executing"}``; stopping
    the execution sends another one, with status ``Stopping``, and goes on waiting for the answer. The worker answers
    with SendPipelineExecutionStepSuccess or SendPipelineExecutionStepFailure; :meth:`Pipeline.grant_answer` grants
    it what that needs.

    Args:
        queue: The queue.
        inputs: ``arguments`` of the message: texts, numbers, booleans and pipeline variables; default: none.
        outputs: What the worker sends back; default: nothing.
        options: See :class:`CachedStepOptions`.

    Raises:
        InvalidParameterError: An input is nested, or the outputs are not legal.

    Example::

        step = CallbackStep(
            self, "Approve", queue=CallbackQueue(self, "Approvals"), outputs=[CallbackOutput("approved", "Boolean")]
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-callback
    """

    TYPE: ClassVar[str] = "Callback"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        queue: sqs.IQueue | CallbackQueue,
        inputs: Mapping[str, InputValue] | None = None,
        outputs: Sequence[CallbackOutput] = (),
        **options: Unpack[CachedStepOptions],
    ) -> None:
        self._queue: sqs.IQueue = queue.queue if isinstance(queue, CallbackQueue) else queue
        fields = {"SqsQueueUrl": self._queue.queue_url}
        super().__init__(scope, id, inputs=inputs, outputs=outputs, fields=fields, **options)

    def statements(self) -> list[iam.PolicyStatement]:
        """Sending messages to the queue, through its key if it has one."""
        statements = [allow(["sqs:SendMessage"], [self._queue.queue_arn])]
        if key := self._queue.encryption_master_key:
            statements.append(allow(["kms:GenerateDataKey", "kms:Decrypt"], [key.key_arn], through_sqs()))
        return statements

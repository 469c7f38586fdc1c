"""Callback steps: a message to an SQS queue, and the wait for the worker that answers it.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-callback
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from local_aws.sagemaker.pipelines.callbacks import Answer, Callback
from local_aws.sagemaker.pipelines.steps import api, outputs
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError

#: Seconds after which a step without an answer fails: 7 days.
LIMIT_SECONDS = 7 * 24 * 3600.0
_POLL_SECONDS = 0.1


def run(step: StepRun) -> Mapping[str, Any]:
    """Sends the message with the role of the pipeline and waits for the worker's answer.

    The body is ``{"token", "pipelineExecutionArn", "arguments", "status": "Executing"}``. When the execution is to
    stop, the same message goes out once more with ``"status": "Stopping"``, and the step still waits for the answer.

    Returns:
        ``{"OutputParameters": {name: value}}``.

    Raises:
        StepFailedError: The message was refused, the worker sent a failure, an output parameter is missing or has
            another type, or nobody answered within 7 days.
        StepStoppedError: The execution was stopped, and the worker has answered.
    """
    step.raise_if_stopped()
    queue = str(step.resolve(step.step["SqsQueueUrl"]))
    callback = step.services.callbacks.open(step.execution.execution_arn)
    step.metadata["Callback"] = {"CallbackToken": callback.token, "SqsQueueUrl": queue}
    try:
        _send(step, queue, callback, status="Executing")
        answer = _wait(step, queue, callback)
    finally:
        callback.close()
    if answer.failure_reason is not None:
        raise StepFailedError(f"ClientError: {answer.failure_reason or 'the worker sent a failure without a reason'}")
    values = outputs.from_texts(step.step, answer.outputs)
    step.metadata["Callback"]["OutputParameters"] = outputs.listed(values)
    return {"OutputParameters": values}


def _send(step: StepRun, queue: str, callback: Callback, *, status: str) -> None:
    body = {
        "token": callback.token,
        "pipelineExecutionArn": step.execution.execution_arn,
        "arguments": step.arguments or {},
        "status": status,
    }
    request = {"QueueUrl": queue, "MessageBody": json.dumps(body)}
    if queue.endswith(".fifo"):
        # The second message is not to be taken for a copy of the first.
        request |= {"MessageGroupId": callback.token, "MessageDeduplicationId": f"{callback.token}-{status}"}
    api.invoke(step, "SendMessage", request, service="sqs")


def _wait(step: StepRun, queue: str, callback: Callback) -> Answer:
    until = time.monotonic() + LIMIT_SECONDS
    is_stopping = False
    while not callback.wait(_POLL_SECONDS):
        if step.stop_requested.is_set() and not is_stopping:
            is_stopping = True
            _send(step, queue, callback, status="Stopping")
        if time.monotonic() > until:
            raise StepFailedError(f"ClientError: no answer to callback token {callback.token} within 7 days")
    if callback.answer is None or is_stopping:
        raise StepStoppedError(step.name)
    return callback.answer

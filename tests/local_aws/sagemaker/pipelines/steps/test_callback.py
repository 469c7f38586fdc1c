"""Callback steps: a worker in a process of its own polls the queue and answers."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.sagemaker.pipelines.steps import callback
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError

SEND = ["sqs:SendMessage"]
ALL_TYPES = {"text": "String", "count": "Integer", "share": "Float", "good": "Boolean"}


def _step(queue: str, outputs: dict[str, str] | None = None, **arguments: Any) -> dict[str, Any]:
    declared = [{"OutputName": name, "OutputType": kind} for name, kind in (outputs or {}).items()]
    return {"Type": "Callback", "SqsQueueUrl": queue, "Arguments": arguments, "OutputParameters": declared}


def _outputs(**values: str) -> dict[str, Any]:
    return {"OutputParameters": [{"Name": name, "Value": value} for name, value in values.items()]}


def _messages(worker: subprocess.Popen[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in worker.communicate(timeout=20)[0].splitlines()]


def _in_thread(run: StepRun) -> Future[Any]:
    return ThreadPoolExecutor(1).submit(callback.run, run)


def _token(run: StepRun) -> str:
    until = time.monotonic() + 5
    while "Callback" not in run.metadata:
        assert time.monotonic() < until
        time.sleep(0.01)
    token: str = run.metadata["Callback"]["CallbackToken"]
    return token


def test_a_worker_process_gets_the_message_and_its_answer_ends_the_step(
    queue: str, worker: Callable[..., subprocess.Popen[str]], step_run: Callable[..., StepRun]
) -> None:
    process = worker(_outputs(text="a", count="3", share="1e-1", good="True"))
    run = step_run(_step(queue, ALL_TYPES, size=5, name="n"), may=SEND)
    values = {"text": "a", "count": 3, "share": 0.1, "good": True}
    assert callback.run(run) == {"OutputParameters": values}
    [message] = _messages(process)
    token = message.pop("token")
    assert len(token) == 10
    assert token.isalnum()
    assert message == {
        "pipelineExecutionArn": run.execution.execution_arn,
        "arguments": {"size": 5, "name": "n"},
        "status": "Executing",
    }
    metadata = run.metadata["Callback"]
    assert (metadata["CallbackToken"], metadata["SqsQueueUrl"]) == (token, queue)
    assert {"Name": "count", "Value": "3"} in metadata["OutputParameters"]


def test_the_failure_that_a_worker_sends_is_the_failure_reason(
    queue: str, worker: Callable[..., subprocess.Popen[str]], step_run: Callable[..., StepRun]
) -> None:
    worker({"FailureReason": "the cluster is full"})
    with pytest.raises(StepFailedError, match="the cluster is full"):
        callback.run(step_run(_step(queue), may=SEND))


def test_a_stop_sends_one_more_message_and_waits_for_the_worker(
    queue: str, worker: Callable[..., subprocess.Popen[str]], step_run: Callable[..., StepRun]
) -> None:
    process = worker({}, status="Stopping")
    run = step_run(_step(queue, {"text": "String"}, size=5), may=SEND)
    threading.Timer(0.3, run.stop_requested.set).start()
    with pytest.raises(StepStoppedError):
        callback.run(run)
    first, second = _messages(process)
    assert (first["status"], second["status"]) == ("Executing", "Stopping")
    assert {**first, "status": ""} == {**second, "status": ""}


def test_a_stop_alone_does_not_end_the_step(
    aws: LocalAws, queue: str, step_run: Callable[..., StepRun], local_aws: str
) -> None:
    run = step_run(_step(queue), may=SEND)
    ended = _in_thread(run)
    token = _token(run)
    run.stop_requested.set()
    time.sleep(1)
    assert not ended.done()
    aws.sessions.client("sagemaker").send_pipeline_execution_step_failure(CallbackToken=token)
    with pytest.raises(StepStoppedError):
        ended.result(5)


@pytest.mark.parametrize(
    ("kind", "answer", "reason"),
    [
        ("String", {}, r"output parameter x \(String\) is missing"),
        ("Integer", {"x": "3.5"}, 'output parameter x: "3.5" is no Integer'),
        ("Float", {"x": "nan"}, 'output parameter x: "nan" is no Float'),
        ("Boolean", {"x": "yes"}, 'output parameter x: "yes" is no Boolean'),
    ],
)
def test_an_output_parameter_that_is_missing_or_of_another_type_fails_the_step_by_name(
    aws: LocalAws, kind: str, answer: dict[str, str], reason: str, queue: str, step_run: Callable[..., StepRun]
) -> None:
    run = step_run(_step(queue, {"x": kind}), may=SEND)
    ended = _in_thread(run)
    sagemaker = aws.sessions.client("sagemaker")
    sent = sagemaker.send_pipeline_execution_step_success(CallbackToken=_token(run), **_outputs(**answer))
    assert sent["PipelineExecutionArn"] == run.execution.execution_arn
    with pytest.raises(StepFailedError, match=reason):
        ended.result(5)


def test_without_the_permission_to_send_the_step_fails_with_the_name_of_the_error(
    queue: str, step_run: Callable[..., StepRun]
) -> None:
    with pytest.raises(StepFailedError, match=r"AccessDenied.*: .* perform: sqs:SendMessage on resource: arn:aws:sqs"):
        callback.run(step_run(_step(queue), may=[]))


def test_nobody_answers_within_the_limit(
    queue: str, step_run: Callable[..., StepRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callback.LIMIT_SECONDS == 7 * 24 * 3600
    monkeypatch.setattr(callback, "LIMIT_SECONDS", 0.1)
    with pytest.raises(StepFailedError, match=r"no answer to callback token .* within 7 days"):
        callback.run(step_run(_step(queue), may=SEND))


def test_a_token_that_is_unknown_malformed_or_used_is_refused(
    aws: LocalAws, queue: str, step_run: Callable[..., StepRun]
) -> None:
    send = aws.sessions.client("sagemaker").send_pipeline_execution_step_success
    with pytest.raises(ClientError, match="ResourceNotFound"):
        send(CallbackToken="abcdefghij")
    with pytest.raises(ClientError, match="ValidationException"):
        send(CallbackToken="with blank")
    run = step_run(_step(queue), may=SEND)
    ended = _in_thread(run)
    request = {"CallbackToken": _token(run), "ClientRequestToken": "c" * 32}
    send(**request)
    assert ended.result(5) == {"OutputParameters": {}}
    # A repeated request is the same request; another one comes too late.
    send(**request)
    with pytest.raises(ClientError, match="ConflictException"):
        send(CallbackToken=request["CallbackToken"])


def test_the_role_of_a_worker_needs_the_permission_to_answer(
    aws: LocalAws, role: Callable[[str, list[str]], str]
) -> None:
    may, may_not = (
        aws.sessions.client("sagemaker", role_arn=role("lambda.amazonaws.com", actions))
        for actions in (["sagemaker:SendPipelineExecutionStepFailure"], [])
    )
    with pytest.raises(ClientError, match="ResourceNotFound"):
        may.send_pipeline_execution_step_failure(CallbackToken="abcdefghij")
    with pytest.raises(ClientError, match=r"AccessDenied.* sagemaker:SendPipelineExecutionStepFailure"):
        may_not.send_pipeline_execution_step_failure(CallbackToken="abcdefghij")


def test_the_end_of_the_local_aws_ends_the_wait(queue: str, step_run: Callable[..., StepRun], sagemaker: Any) -> None:
    run = step_run(_step(queue), may=SEND)
    ended = _in_thread(run)
    _token(run)
    sagemaker.callbacks.stop_running()
    with pytest.raises(StepStoppedError):
        ended.result(5)
